#include "dagitops/import/import.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "dagitops/base/text.h"
#include "dagitops/model/service_name.h"
#include "dagitops/yaml/parse.h"

#include "import/helm_values.h"
#include "import/settle.h"
#include "import/workspace_file.h"
#include "import/write.h"

namespace dagitops::import {
namespace {

struct Document {
  std::string path;
  Value root;

  bool is_workspace() const { return root.Find("load_from") != nullptr; }
};

std::vector<Document> ParseAll(const std::vector<ImportFile>& files, Found& found) {
  std::vector<Document> documents;
  for (const ImportFile& file : files) {
    yaml::Parsed parsed = yaml::Parse(file.text, file.path, Layer::kFragment);
    const bool readable = !HasFault(parsed.diagnostics);
    std::move(parsed.diagnostics.begin(), parsed.diagnostics.end(), std::back_inserter(found.diagnostics));
    if (readable) documents.push_back({file.path, std::move(parsed.root)});
  }
  return documents;
}

void RefuseUnknown(const Document& document, Found& found) {
  static const std::vector<std::string> kKeys{"deployments", "dagster-user-deployments", "dagsterWebserver",
                                              "load_from"};
  std::string fix = "give the values.yaml or the workspace.yaml that Dagster is run with";
  Position place{document.path, 0, 0};
  for (const auto& member : document.root.members()) {
    if (const auto meant = DidYouMean(member.key, kKeys)) {
      place = At(document.path, member.mark);
      fix = "rename " + member.key + " to " + *meant;
    }
  }
  Refuse(found, "import-unknown-file", std::move(place),
         {document.root.is_null() ? "an empty file" : "a file without code locations",
          "values of the chart dagster-user-deployments or dagster, or a workspace.yaml", std::move(fix)});
}

// A folder for the code of each workspace.yaml: the given one, or one below it for each when there are several.
class CodeFolders {
 public:
  CodeFolders(std::string root, bool several) : root_(std::move(root)), several_(several) {}

  std::string For(const std::string& path) {
    if (!several_) return root_;
    std::string name = std::filesystem::path(path).parent_path().filename().string();
    if (name.empty() || name == "." || name == "..") name = std::filesystem::path(path).stem().string();
    const std::string folder = root_ + "/" + SuggestServiceName(name);
    std::string free = folder;
    for (int n = 2; !used_.insert(free).second; ++n) free = folder + "-" + std::to_string(n);
    return free;
  }

 private:
  std::string root_;
  bool several_;
  std::set<std::string> used_;
};

Found ReadAll(const std::vector<ImportFile>& files, const ImportOptions& options) {
  Found found;
  const std::vector<Document> documents = ParseAll(files, found);
  const auto workspaces =
      std::count_if(documents.begin(), documents.end(), [](const Document& d) { return d.is_workspace(); });
  CodeFolders folders(options.code_folder, workspaces > 1);
  for (const Document& document : documents) {
    if (document.is_workspace()) {
      const std::string folder = folders.For(document.path);
      ReadWorkspaceFile({document.path, folder, options.variables}, document.root, found);
    } else if (!ReadHelmValues(document.path, document.root, found)) {
      RefuseUnknown(document, found);
    }
  }
  if (!IsServiceName(options.environment)) {
    Refuse(found, "import-environment", {},
           {"environment " + Quoted(options.environment), "a name of lower-case letters, digits and '-'",
            "name it " + SuggestServiceName(options.environment)});
  }
  return found;
}

void TellAboutRelease(const Found& found, std::vector<std::string>& notes, const std::string& environment) {
  if (found.deployments.empty()) return;
  notes.push_back("Environment " + environment +
                  " keeps one Helm release for all locations (release: single), as the install has it. With release: "
                  "per-location a change costs the same however many locations there are.");
}

}  // namespace

ImportResult Import(const std::vector<ImportFile>& files, const ImportOptions& options) {
  Found found = ReadAll(files, options);
  Repository repository;
  repository.environment = options.environment;
  repository.fragments = Settle(found);
  repository.chart_values = SettleChartValues(found);
  if (!found.chart_values.empty()) repository.chart_place = found.chart_values.front().place;
  repository.single_release = !found.deployments.empty() && !options.per_location;
  if (KeepOrder(repository.fragments)) {
    found.notes.push_back(
        "dagitops.order keeps the locations in the order they had: of two that define the same asset key Dagster takes "
        "the first one's. Where no two do, it may go; they are published by name then.");
  }
  if (!options.per_location) TellAboutRelease(found, found.notes, options.environment);

  ImportResult result;
  SortDiagnostics(found.diagnostics);
  result.diagnostics = std::move(found.diagnostics);
  result.notes = std::move(found.notes);
  if (!HasFault(result.diagnostics)) result.files = WriteFiles(repository);
  return result;
}

}  // namespace dagitops::import
