#include "dagitops/workspace/composer.h"

#include <utility>

#include "workspace/base.h"
#include "workspace/collect.h"
#include "workspace/entry_file.h"
#include "workspace/match.h"
#include "workspace/unit_cache.h"

namespace dagitops::workspace {
namespace {

// What one environment's last composition was made of.
struct EnvironmentCache {
  std::string key;
  std::unique_ptr<Base> base;
  EntryFileCache overlays;
  UnitCache units;

  // With another base than before, everything is composed anew.
  void LoadBaseFor(const BaseInput& input) {
    std::string wanted = BaseKey(input);
    if (base && wanted == key) return;
    units.Clear();
    base = std::make_unique<Base>(LoadBase(input));
    key = std::move(wanted);
  }
};

void AddDiagnostics(Diagnostics& to, const Diagnostics& from) { to.insert(to.end(), from.begin(), from.end()); }

// Without a base nothing can be composed, but what is wrong in single files is told all the same.
void TellFiles(const std::vector<UnitRef>& units, Composition& composition) {
  for (const UnitRef& unit : units) {
    for (const EntryFilePtr* file : {unit.fragment, unit.overlay}) {
      if (file == nullptr) continue;
      Diagnostics told = (*file)->diagnostics();
      SetLocation(told, unit.Name());
      Append(composition.diagnostics, std::move(told));
    }
  }
}

// What is known before any location is composed.
Composition Begin(const SourceTree& tree, const std::string& environment, const Base& base) {
  Composition composition;
  composition.environment = environment;
  composition.revision = tree.revision;
  composition.options = base.options;
  composition.chart_values = base.chart_values;
  composition.system_values = base.system_values;
  composition.usable = base.usable;
  composition.diagnostics = base.diagnostics;
  if (!base.repository.usable) return composition;
  Diagnostics strays = FindStrays(tree, base.repository, environment);
  composition.usable = composition.usable && !HasFault(strays);
  Append(composition.diagnostics, std::move(strays));
  return composition;
}

}  // namespace

struct Composer::Cache {
  EntryFileCache fragments;
  std::map<std::string, EnvironmentCache> environments;
};

Composer::Composer() : cache_(std::make_unique<Cache>()) {}
Composer::~Composer() = default;

Composition Composer::Compose(const SourceTree& tree, const std::string& environment, const ComposeOptions& options) {
  EnvironmentCache& cache = cache_->environments[environment];
  cache.LoadBaseFor({tree, environment, options.chart_version});
  const Base& base = *cache.base;
  const auto& fragments = cache_->fragments.Read(FilesBelow(tree, "locations/"), Layer::kFragment);
  const auto& overlays =
      cache.overlays.Read(FilesBelow(tree, "environments/" + environment + "/locations/"), Layer::kOverlay);
  const Matched matched = Match({fragments, overlays, options.path_names});

  Composition composition = Begin(tree, environment, base);
  for (const EntryFile* file : matched.others) AddDiagnostics(composition.diagnostics, file->diagnostics());
  for (const EntryFile* file : matched.nameless) {
    composition.nameless_files.push_back(file->path());
    AddDiagnostics(composition.diagnostics, file->diagnostics());
  }
  if (composition.usable) {
    const auto& placed = cache.units.Update(matched.units, base);
    Collect(placed, cache.units.MayHaveTwins(), composition);
  } else {
    TellFiles(matched.units, composition);
  }
  Condense(composition.diagnostics, base.sources);
  return composition;
}

}  // namespace dagitops::workspace
