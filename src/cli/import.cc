#include "dagitops/import/import.h"

#include <map>
#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>

#include "dagitops/base/digest.h"
#include "dagitops/cli/run.h"
#include "dagitops/workspace/composer.h"

#include "cli/commands.h"
#include "cli/init_files.h"
#include "cli/new_files.h"
#include "cli/options.h"

namespace dagitops::cli {
namespace {

struct ImportCommand {
  std::vector<std::string> files;
  std::string into;
  std::string environment = "production";
};

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

int RunImport(const ImportCommand& command, const Services& services) {
  std::vector<import::ImportFile> files;
  for (const std::string& path : command.files) {
    const auto text = services.read_file(path);
    if (!text) return Fail(text.error(), services);
    files.push_back({path, *text});
  }
  import::ImportOptions options;
  options.environment = command.environment;
  options.variables = services.environment;
  const import::ImportResult result = import::Import(files, options);
  for (const Diagnostic& diagnostic : result.diagnostics) services.err << diagnostic.Text() << "\n";
  for (const std::string& note : result.notes) services.err << "note: " << note << "\n";
  if (HasFault(result.diagnostics)) return kInvalidInput;
  Texts repository;
  for (const auto& [path, text] : result.files) repository[path] = SchemaLine(path) + text;
  TellFaults(repository, command.environment, services);
  repository.merge(SchemaFiles());
  const auto status = WriteNewFiles({command.into, std::move(repository), {}}, services);
  return status ? kDone : Fail(status.error(), services);
}

}  // namespace

void AddImport(CLI::App& app, const Services& services, Chosen& chosen) {
  auto options = std::make_shared<ImportCommand>();
  CLI::App* command =
      app.add_subcommand("import", "Make a workspace repository of values files and workspace.yaml that exist");
  command->add_option("FILE", options->files, "values.yaml of either chart, or workspace.yaml; several belong together")
      ->required();
  command->add_option("--into", options->into, "folder to write to; nothing in it is overwritten")->required();
  command->add_option("--env", options->environment, "environment that the files describe (default: production)");
  command->callback(
      [options, &services, &chosen] { chosen = [options, &services] { return RunImport(*options, services); }; });
}

}  // namespace dagitops::cli
