#include "dagitops/workspace/composer.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <unordered_map>
#include <utility>

#include "workspace/base.h"
#include "workspace/collect.h"
#include "workspace/entry_file.h"
#include "workspace/match.h"
#include "workspace/unit.h"

namespace dagitops::workspace {
namespace {

// What one environment's last composition was made of.
class EnvironmentCache {
 public:
  // With another base than before, everything is composed anew.
  void LoadBaseFor(const BaseInput& input) {
    std::string key = BaseKey(input);
    if (base_ && key == key_) return;
    units_.clear();
    ordered_.clear();
    base_ = std::make_unique<Base>(LoadBase(input));
    key_ = std::move(key);
  }

  const Base& base() const { return *base_; }
  EntryFileCache& overlays() { return overlays_; }

  // The units of these files in published order; those whose files did not change are the same objects as before.
  const std::vector<UnitPtr>& Units(std::vector<UnitFiles> all) {
    ++generation_;
    std::unordered_map<const EntryFile*, UnitPtr> units;
    units.reserve(all.size());
    std::vector<UnitPtr> fresh;
    for (UnitFiles& files : all) {
      const EntryFile* key = &files.primary();
      UnitPtr unit = Known(files);
      if (!unit) fresh.push_back(unit = MakeUnit(*base_, std::move(files)));
      unit->seen = generation_;
      units.emplace(key, std::move(unit));
    }
    units_ = std::move(units);
    Order(std::move(fresh));
    return ordered_;
  }

 private:
  UnitPtr Known(const UnitFiles& files) const {
    const auto found = units_.find(&files.primary());
    if (found == units_.end()) return nullptr;
    const UnitFiles& known = found->second->files;
    return known.overlay == files.overlay && known.name == files.name ? found->second : nullptr;
  }

  // Merges the few new ones into what is in order already: sorting all anew would cost more than all the rest.
  void Order(std::vector<UnitPtr> fresh) {
    std::sort(fresh.begin(), fresh.end(), ComesBefore);
    std::erase_if(ordered_, [&](const UnitPtr& unit) { return unit->seen != generation_; });
    std::vector<UnitPtr> merged;
    merged.reserve(ordered_.size() + fresh.size());
    std::merge(std::make_move_iterator(ordered_.begin()), std::make_move_iterator(ordered_.end()),
               std::make_move_iterator(fresh.begin()), std::make_move_iterator(fresh.end()), std::back_inserter(merged),
               ComesBefore);
    ordered_ = std::move(merged);
  }

  std::string key_;
  std::unique_ptr<Base> base_;
  EntryFileCache overlays_;
  std::unordered_map<const EntryFile*, UnitPtr> units_;  // by primary file, which the unit keeps alive
  std::vector<UnitPtr> ordered_;
  std::uint64_t generation_ = 0;
};

void AddDiagnostics(Diagnostics& to, const Diagnostics& from) { to.insert(to.end(), from.begin(), from.end()); }

// Without a base nothing can be composed, but what is wrong in single files is told all the same.
void TellFiles(const std::vector<UnitFiles>& units, Composition& composition) {
  for (const UnitFiles& files : units) {
    for (const EntryFilePtr& file : {files.fragment, files.overlay}) {
      if (!file) continue;
      Diagnostics told = file->diagnostics;
      SetLocation(told, files.name);
      Append(composition.diagnostics, std::move(told));
    }
  }
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
  const Base& base = cache.base();
  const auto& fragments = cache_->fragments.Read(FilesBelow(tree, "locations/"), Layer::kFragment);
  const auto& overlays =
      cache.overlays().Read(FilesBelow(tree, "environments/" + environment + "/locations/"), Layer::kOverlay);
  Matched matched = Match({fragments, overlays, options.path_names});

  Composition composition;
  composition.environment = environment;
  composition.revision = tree.revision;
  composition.options = base.options;
  composition.chart_values = base.chart_values;
  composition.usable = base.usable;
  composition.diagnostics = base.diagnostics;
  if (base.repository.usable) Append(composition.diagnostics, FindStrays(tree, base.repository));
  for (const EntryFile* file : matched.others) AddDiagnostics(composition.diagnostics, file->diagnostics);
  for (const EntryFilePtr& file : matched.nameless) {
    composition.nameless_files.push_back(file->path());
    AddDiagnostics(composition.diagnostics, file->diagnostics);
  }
  if (base.usable) {
    Collect(cache.Units(std::move(matched.units)), composition);
  } else {
    TellFiles(matched.units, composition);
  }
  Condense(composition.diagnostics, base.sources);
  return composition;
}

}  // namespace dagitops::workspace
