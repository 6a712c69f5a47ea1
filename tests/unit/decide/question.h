#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "dagitops/decide/decide.h"

#include "support/locations.h"

// Questions to Decide, and what to read out of its answers.
namespace dagitops::decide {

inline const WallTime kNow{std::chrono::seconds(1'000'000)};

inline std::vector<CodeLocation> Locations(int count) {
  std::vector<CodeLocation> locations;
  for (int i = 0; i < count; ++i) locations.push_back(support::MakeLocation("loc" + std::to_string(i)));
  return locations;
}

struct Question {
  Composition composition;
  EnvironmentState state;
  CommitRange range{Ancestry::kDescends, 0};
  std::map<std::string, CodeFacts> code{};
  WallTime now = kNow;
  std::set<std::string> published{};

  Decided Run() const { return Decide({composition, state, range, code, now, published}); }
};

inline const EffectiveLocation* Find(const Effective& effective, const std::string& name) {
  for (const EffectiveLocation& location : effective.locations) {
    if (location.name == name) return &location;
  }
  return nullptr;
}

inline bool Removes(const Decided& decided, const std::string& name) {
  const auto& removals = decided.effective.removals;
  return std::any_of(removals.begin(), removals.end(), [&](const Removal& removal) { return removal.name == name; });
}

}  // namespace dagitops::decide
