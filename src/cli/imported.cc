#include "cli/imported.h"

#include <map>
#include <memory>
#include <ostream>
#include <utility>

#include "dagitops/base/digest.h"
#include "dagitops/workspace/composer.h"

#include "cli/init_files.h"
#include "cli/new_files.h"

namespace dagitops::cli {
namespace {

using Texts = std::map<std::string, std::string>;  // by path in the repository

SourceTree TreeOf(const Texts& texts) {
  SourceTree tree;
  for (const auto& [path, text] : texts) {
    tree.files.push_back(std::make_shared<const SourceFile>(
        SourceFile{path, Sha256Hex(text).substr(0, 40), FileKind::kFile, text.size(), text}));
  }
  return tree;
}

// Values stay as they were, so what Helm took may be what the checks refuse. Whoever imports shall not learn it from a
// location that never loads.
void TellFaults(const Texts& texts, const std::string& environment, const Services& services) {
  workspace::Composer composer;
  for (const Diagnostic& diagnostic : composer.Compose(TreeOf(texts), environment).diagnostics) {
    if (diagnostic.severity != Severity::kFault) continue;
    services.err << "note: to be mended before it loads: " << diagnostic.Text() << "\n";
  }
}

}  // namespace

Result<std::vector<std::string>> WriteImported(const std::vector<import::ImportFile>& files,
                                               const import::ImportOptions& options, const std::string& folder,
                                               const Services& services) {
  const import::ImportResult result = import::Import(files, options);
  for (const Diagnostic& diagnostic : result.diagnostics) services.err << diagnostic.Text() << "\n";
  for (const std::string& note : result.notes) services.err << "note: " << note << "\n";
  if (HasFault(result.diagnostics))
    return Error{ErrorKind::kInvalid, kImportRefused, folder, "nothing was written", ""};
  Texts repository;
  std::vector<std::string> paths;
  for (const auto& [path, text] : result.files) {
    repository[path] = SchemaLine(path) + text;
    paths.push_back(path);
  }
  TellFaults(repository, options.environment, services);
  repository.merge(SchemaFiles());
  DAGITOPS_TRY(WriteNewFiles({folder, std::move(repository), {}}, services));
  return paths;
}

}  // namespace dagitops::cli
