#include "workspace/base.h"

#include <utility>

#include "dagitops/base/text.h"

#include "workspace/entry_file.h"
#include "workspace/lint_files.h"
#include "workspace/merge.h"
#include "workspace/text_file.h"

namespace dagitops::workspace {
namespace {

std::string DefaultsPath(const std::string& environment) { return "environments/" + environment + "/defaults.yaml"; }
std::string ChartValuesPath(const std::string& environment) {
  return "environments/" + environment + "/user-deployments.yaml";
}

std::string SystemValuesPath(const std::string& environment) { return "environments/" + environment + "/system.yaml"; }

// What must be a folder. As anything else it would look like one without files: every location in it would be gone.
std::vector<std::string> FoldersOf(const std::string& environment) {
  const std::string own = "environments/" + environment;
  return {"locations", "environments", own, own + "/locations"};
}

Diagnostic NoFolder(const SourceFile& file) {
  const Position place{file.path, 0, 0};
  switch (file.kind) {
    case FileKind::kSymlink:
      return Fault("symlink-file", place, {"a symbolic link", "a folder", "commit the folder itself"});
    case FileKind::kSubmodule:
      return Fault("submodule-file", place,
                   {"a submodule", "a folder of this repository", "commit the files themselves"});
    default:
      return Fault("not-a-folder", place, {"a file", "a folder", "move the file away, and make a folder of this name"});
  }
}

std::vector<std::string> NamesOf(const Repository& repository) {
  std::vector<std::string> names;
  for (const auto& [name, options] : repository.environments) names.push_back(name);
  return names;
}

std::size_t Index(Layer layer) { return static_cast<std::size_t>(layer); }

class Loader {
 public:
  explicit Loader(const BaseInput& input) : input_(input) {}

  Base Load() {
    base_.repository = ReadRepository(input_.tree);
    base_.diagnostics = base_.repository.diagnostics;
    base_.layers.resize(kLayers);
    base_.sources.resize(kLayers);
    if (base_.repository.usable) FindEnvironment();
    CheckFolders();
    Add(Layer::kDefaults, "dagitops.yaml", base_.repository.defaults);
    const std::string defaults = DefaultsPath(input_.environment);
    Add(Layer::kEnvironmentDefaults, defaults, ReadFile(defaults, Layer::kEnvironmentDefaults));
    LoadChartValues();
    base_.usable = !HasFault(base_.diagnostics);
    if (base_.usable) base_.linter = std::make_unique<Linter>(input_.chart_version, base_.repository.policy);
    return std::move(base_);
  }

 private:
  void CheckFolders() {
    for (const std::string& folder : FoldersOf(input_.environment)) {
      const SourceFile* file = input_.tree.Find(folder);
      if (file != nullptr) base_.diagnostics.push_back(NoFolder(*file));
    }
  }

  void FindEnvironment() {
    const auto& environments = base_.repository.environments;
    const auto found = environments.find(input_.environment);
    if (found != environments.end()) {
      base_.options = found->second;
      return;
    }
    const std::vector<std::string> names = NamesOf(base_.repository);
    const auto near = DidYouMean(input_.environment, names);
    base_.diagnostics.push_back(
        Fault("unknown-environment", {"dagitops.yaml", 0, 0},
              {"no environment " + Quoted(Shorten(input_.environment, 80)), "one of " + Join(names, ", "),
               near ? "ask for " + *near : "add it below `environments`"}));
  }

  Value ReadFile(const std::string& path, Layer layer) {
    const SourceFile* file = input_.tree.Find(path);
    if (file == nullptr) return {};
    MappingFile read = ReadMappingFile(*file, layer);
    Append(base_.diagnostics, std::move(read.diagnostics));
    return std::move(read.root);
  }

  void Add(Layer layer, const std::string& path, const Value& value) {
    if (input_.tree.Find(path) == nullptr) return;
    base_.sources[Index(layer)] = path;
    base_.layers[Index(layer)] = value;
    CheckKeys(value, path);
    base_.merged = Merger(base_.sources, base_.diagnostics).Merge(base_.merged, value);
  }

  // What makes a location that one cannot stand for all of them.
  void CheckKeys(const Value& value, const std::string& path) {
    for (const char* key : {"name", "dagitops.locationName"}) {
      const Value* found = value.FindPath(key);
      if (found == nullptr || found->is_null()) continue;
      base_.diagnostics.push_back(Fault("misplaced-key",
                                        {path, static_cast<int>(found->mark().line), found->mark().column},
                                        {"`" + std::string(key) + "` in defaults", "that key in a fragment only",
                                         "remove it: all locations would have the same name"}));
    }
  }

  void LoadChartValues() {
    const std::string path = ChartValuesPath(input_.environment);
    base_.chart_values = ReadFile(path, Layer::kEnvironmentDefaults);
    Append(base_.diagnostics,
           LintChartValues({base_.chart_values, path, base_.options.release, base_.repository.policy}));
    base_.system_values = ReadFile(SystemValuesPath(input_.environment), Layer::kEnvironmentDefaults);
  }

  const BaseInput& input_;
  Base base_;
};

// The next file that does not start with `folder`.
std::size_t After(const SourceTree& tree, const std::string& folder) {
  return static_cast<std::size_t>(FilesBelow(tree, folder).second - tree.files.begin());
}

Diagnostic UnknownFolder(const std::string& path, const std::string& name, const std::vector<std::string>& known) {
  const auto near = DidYouMean(name, known);
  return Warning(
      "unused-file", {path, 0, 0},
      {"a file of the environment " + Quoted(Shorten(name, 80)) + ", which dagitops.yaml does not name",
       "one of " + Join(known, ", "),
       near ? "rename the folder to " + *near : "add the environment to dagitops.yaml, or remove the folder"});
}

Diagnostic UnknownFile(const std::string& path, const std::string& name) {
  const std::vector<std::string> known{"defaults.yaml", "user-deployments.yaml", "system.yaml"};
  const auto near = DidYouMean(name, known);
  return Warning(
      "unused-file", {path, 0, 0},
      {"a file that is not read", "defaults.yaml, user-deployments.yaml, system.yaml, or files below locations/",
       near ? "rename it to " + *near : "move it below locations/, or remove it"});
}

// A fault, as it would be in locations/: what was meant to be the defaults of all must not go missing without a word.
Diagnostic OddExtension(const std::string& path) {
  return Fault("wrong-extension", {path, 0, 0},
               {Quoted(Shorten(path.substr(path.rfind('/') + 1), 80)), "a file that ends in .yaml",
                "rename it to " + std::string(Stem(path)) + ".yaml"});
}

bool IsYaml(const std::string& path) { return path.ends_with(".yaml") || path.ends_with(".yml"); }

}  // namespace

std::string BaseKey(const BaseInput& input) {
  std::string key = input.chart_version;
  std::vector<std::string> paths = FoldersOf(input.environment);
  paths.emplace_back("dagitops.yaml");
  paths.push_back(DefaultsPath(input.environment));
  paths.push_back(ChartValuesPath(input.environment));
  paths.push_back(SystemValuesPath(input.environment));
  for (const std::string& path : paths) {
    const SourceFile* file = input.tree.Find(path);
    key += file == nullptr ? "\n-" : "\n" + std::to_string(static_cast<int>(file->kind)) + file->blob_id;
  }
  return key;
}

Base LoadBase(const BaseInput& input) { return Loader(input).Load(); }

Diagnostics FindStrays(const SourceTree& tree, const Repository& repository, const std::string& environment) {
  Diagnostics strays;
  const std::string root = "environments/";
  const auto [first, last] = FilesBelow(tree, root);
  const std::vector<std::string> known = NamesOf(repository);
  auto file = static_cast<std::size_t>(first - tree.files.begin());
  const auto end = static_cast<std::size_t>(last - tree.files.begin());
  while (file < end) {
    const std::string& path = tree.files[file]->path;
    const std::vector<std::string> parts = Split(path, '/');
    const std::string folder = root + parts[1] + "/";
    if (parts.size() > 2 && !repository.environments.contains(parts[1])) {
      strays.push_back(UnknownFolder(path, parts[1], known));
      file = After(tree, folder);
    } else if (parts.size() > 3 && parts[2] == "locations") {
      file = After(tree, folder + "locations/");
    } else if (parts.size() == 3 && HasOddExtension(path)) {
      if (parts[1] == environment) strays.push_back(OddExtension(path));  // that of another is told with that one
      ++file;
    } else {
      const bool read = parts.size() == 3 && (parts[2] == "defaults.yaml" || parts[2] == "user-deployments.yaml" ||
                                              parts[2] == "system.yaml");
      if (!read && IsYaml(path)) strays.push_back(UnknownFile(path, parts.back()));
      ++file;
    }
  }
  return strays;
}

}  // namespace dagitops::workspace
