#include "dagitops/workspace/local_paths.h"

#include <optional>
#include <set>
#include <string_view>

#include "dagitops/base/text.h"

#include "workspace/report.h"

namespace dagitops::workspace {
namespace {

constexpr const char* kCode = "local-path-missing";

std::string Below(const std::string& folder, const std::string& name) {
  return folder == "." ? name : folder + "/" + name;
}

// The folders that hold each part of `path`: ".", "code" for code/sales. None for the root itself.
std::vector<std::string> FoldersTo(const std::string& path) {
  if (path == ".") return {};
  std::vector<std::string> folders{"."};
  for (std::size_t at = path.find('/'); at != std::string::npos; at = path.find('/', at + 1)) {
    folders.push_back(path.substr(0, at));
  }
  return folders;
}

// Empty where a location has no code in the repository.
std::vector<std::string> PathsOf(const CodeLocation& location) {
  const auto& local = location.settings.local;
  if (!local || local->path.empty()) return {};
  if (local->requirements.empty()) return {local->path};
  return {local->path, Below(local->path, local->requirements)};
}

class Checker {
 public:
  Checker(const std::map<std::string, FolderNames>& folders, Diagnostics& diagnostics)
      : folders_(folders), diagnostics_(diagnostics) {}

  void Check(const CodeLocation& location) {
    const LocationSettings& settings = location.settings;
    if (!settings.local || settings.local->path.empty() || IsIgnored(settings.lint_ignore, kCode)) return;
    const std::string& path = settings.local->path;
    if (const auto near = Missing(path, true)) {
      return Tell(location, "local.path", *near,
                  {"no folder " + Quoted(path),
                   "a folder of this repository: without it the location cannot run as a "
                   "process",
                   "correct the path, or commit the folder"});
    }
    if (settings.local->requirements.empty()) return;
    const std::string file = Below(path, settings.local->requirements);
    if (const auto near = Missing(file, false)) {
      Tell(location, "local.requirements", *near,
           {"no file " + Quoted(file), "a file below `path`", "correct the name, or commit the file"});
    }
  }

 private:
  // nullopt when it is there; else what was probably meant, up to the first part that is not; "" when nothing is near.
  std::optional<std::string> Missing(const std::string& path, bool folder) const {
    for (const std::string& holder : FoldersTo(path)) {
      const std::size_t begin = holder == "." ? 0 : holder.size() + 1;
      const std::size_t end = path.find('/', begin);
      const std::string name = path.substr(begin, end - begin);
      const bool wanted = folder || end != std::string::npos;
      if (auto near = MissingIn(holder, name, wanted)) return near;
    }
    return std::nullopt;
  }

  std::optional<std::string> MissingIn(const std::string& holder, const std::string& name, bool folder) const {
    const auto found = folders_.find(holder);
    const FolderNames names = found == folders_.end() ? FolderNames{} : found->second;
    std::vector<std::string> candidates;
    for (const auto& [there, is_folder] : names) {
      if (is_folder == folder) candidates.push_back(there);
      if (is_folder == folder && there == name) return std::nullopt;
    }
    const auto near = DidYouMean(name, candidates);
    return near ? Below(holder, *near) : "";
  }

  void Tell(const CodeLocation& location, std::string_view key, const std::string& near, Words words) {
    const Value* value = location.block.FindPath(key);
    if (!near.empty()) words.fix += "; did you mean " + Quoted(near) + "?";
    Diagnostic warning =
        Warning(kCode, At(location.sources, value == nullptr ? Mark{} : value->mark()), std::move(words));
    warning.location = location.name;
    diagnostics_.push_back(std::move(warning));
  }

  const std::map<std::string, FolderNames>& folders_;
  Diagnostics& diagnostics_;
};

}  // namespace

std::vector<std::string> FoldersOfLocalPaths(const Composition& composition) {
  std::set<std::string> folders;
  for (const auto& location : composition.locations) {
    for (const std::string& path : PathsOf(*location)) {
      for (std::string& folder : FoldersTo(path)) folders.insert(std::move(folder));
    }
  }
  return {folders.begin(), folders.end()};
}

Diagnostics LintLocalPaths(const Composition& composition, const std::map<std::string, FolderNames>& folders) {
  Diagnostics diagnostics;
  Checker checker(folders, diagnostics);
  for (const auto& location : composition.locations) checker.Check(*location);
  SortDiagnostics(diagnostics);
  return diagnostics;
}

}  // namespace dagitops::workspace
