#include "workspace/collect.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "dagitops/base/text.h"

namespace dagitops::workspace {
namespace {

using Placed = std::vector<UnitCache::Placed>;
using Twins = std::map<const Unit*, Diagnostics>;
using TextOf = const std::string& (*)(const Unit&);

const std::string& NameOf(const Unit& unit) { return unit.name; }
const std::string& LocationNameOf(const Unit& unit) { return unit.location_name; }

struct TwinKind {
  const char* code;
  std::string_view what;
  TextOf text;
};

// Groups of enabled units with equal texts.
std::vector<std::vector<const Unit*>> FindTwins(const Placed& units, TextOf text) {
  std::unordered_map<std::string_view, std::vector<const Unit*>> groups;
  for (const UnitCache::Placed& placed : units) {
    if (placed.unit->enabled) groups[text(*placed.unit)].push_back(placed.unit);
  }
  std::vector<std::vector<const Unit*>> twins;
  for (auto& [name, group] : groups) {
    if (group.size() > 1) twins.push_back(std::move(group));
  }
  return twins;
}

Position PlaceOf(const Unit& unit) {
  const Mark mark = unit.primary().name_mark();
  return {unit.primary().path(), static_cast<int>(mark.line), mark.column};
}

// Up to three of the other files.
std::string Others(const std::vector<const Unit*>& group, const Unit* self) {
  std::vector<std::string> paths;
  for (const Unit* unit : group) {
    if (unit != self) paths.push_back(unit->primary().path());
  }
  std::sort(paths.begin(), paths.end());
  const std::size_t more = paths.size() > 3 ? paths.size() - 3 : 0;
  paths.resize(paths.size() - more);
  return Join(paths, ", ") + (more == 0 ? "" : " and " + std::to_string(more) + " more");
}

void TellTwins(const Placed& units, const TwinKind& kind, Twins& twins) {
  for (const auto& group : FindTwins(units, kind.text)) {
    for (const Unit* unit : group) {
      Diagnostic fault = Fault(kind.code, PlaceOf(*unit),
                               {std::string(kind.what) + " " + Quoted(Shorten(kind.text(*unit), 80)) + ", which " +
                                    Others(group, unit) + (group.size() > 2 ? " have too" : " has too"),
                                "a name of its own for each location", "change or remove one of them"});
      fault.location = unit->name;
      twins[unit].push_back(std::move(fault));
    }
  }
}

Twins TellAllTwins(const Placed& units) {
  Twins twins;
  TellTwins(units, {"duplicate-service", "the name", NameOf}, twins);
  Twins more;
  TellTwins(units, {"duplicate-location", "the location name", LocationNameOf}, more);
  // Equal names make equal location names, unless those are set: told once is enough.
  for (auto& [unit, faults] : more) twins.emplace(unit, std::move(faults));
  return twins;
}

class Collector {
 public:
  explicit Collector(Composition& composition) : composition_(composition) {}

  void Add(const Unit& unit, Diagnostics twins) {
    auto& all = composition_.diagnostics;
    all.insert(all.end(), unit.diagnostics.begin(), unit.diagnostics.end());
    all.insert(all.end(), twins.begin(), twins.end());
    if (unit.location && twins.empty()) {
      composition_.locations.push_back(unit.location);
    } else if (unit.enabled) {
      AddInvalid(unit, std::move(twins));
    } else {
      composition_.disabled.push_back(unit.name);
    }
  }

 private:
  void AddInvalid(const Unit& unit, Diagnostics twins) {
    auto [at, added] = invalid_.emplace(unit.name, composition_.invalid.size());
    if (added) composition_.invalid.push_back({unit.name, {}, unit.location ? unit.location->sources : unit.sources});
    Diagnostics& faults = composition_.invalid[at->second].faults;
    for (const Diagnostic& diagnostic : unit.diagnostics) {
      if (diagnostic.severity == Severity::kFault) faults.push_back(diagnostic);
    }
    Append(faults, std::move(twins));
    SortDiagnostics(faults);
  }

  Composition& composition_;
  std::map<std::string, std::size_t> invalid_;
};

}  // namespace

void Collect(const Placed& units, bool may_have_twins, Composition& composition) {
  Twins twins = may_have_twins ? TellAllTwins(units) : Twins{};
  Collector collector(composition);
  composition.locations.reserve(units.size());
  for (const UnitCache::Placed& placed : units) {
    const auto found = twins.empty() ? twins.end() : twins.find(placed.unit);
    if (found != twins.end()) {
      collector.Add(*placed.unit, std::move(found->second));
    } else if (placed.quiet) {
      composition.locations.push_back(placed.location);
    } else {
      collector.Add(*placed.unit, {});
    }
  }
}

void Condense(Diagnostics& diagnostics, const Sources& shared) {
  std::map<std::tuple<Position, std::string, std::string>, std::size_t> told;  // place, code, found -> its first one
  Diagnostics kept;
  for (Diagnostic& diagnostic : diagnostics) {
    const std::string& file = diagnostic.position.file;
    if (!file.empty() && std::find(shared.begin(), shared.end(), file) != shared.end()) {
      const auto [first, added] =
          told.emplace(std::tuple(diagnostic.position, diagnostic.code, diagnostic.found), kept.size());
      if (!added) {
        kept[first->second].location.clear();
        continue;
      }
    }
    kept.push_back(std::move(diagnostic));
  }
  SortDiagnostics(kept);
  diagnostics = std::move(kept);
}

}  // namespace dagitops::workspace
