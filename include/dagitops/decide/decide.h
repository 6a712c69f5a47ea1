#pragma once

#include <map>
#include <set>
#include <string>

#include "dagitops/base/clock.h"
#include "dagitops/model/composition.h"
#include "dagitops/model/decision.h"
#include "dagitops/model/effective.h"

namespace dagitops::decide {

// What git says about a location beside its fragment.
struct CodeFacts {
  std::string tree_id;  // of settings.local.path; empty when it has no code in the repository
  Revision changed_in;  // newest commit that changed it
};

struct DecideInput {
  const Composition& composition;  // of the branch's head, or of the revision the environment is pinned at
  const EnvironmentState& state;
  const CommitRange& range;                      // from the applied revision to the composition's
  const std::map<std::string, CodeFacts>& code;  // by location name
  WallTime now{};
  // Locations that have a published server now, whether or not anything is remembered about it: what they run is not
  // taken away before something better is proven, and counts as running in the removal budget.
  std::set<std::string> published{};
};

struct Decided {
  Effective effective;
  EnvironmentState state;  // the decisions, reasons and names as they stand now
};

// What shall run, location by location: the version in git, unless it is known bad (held at the last good one), a
// person pinned or paused it, or its removal has to wait. A failure of one location never changes another one's
// outcome. While the composition is unusable or a file's name is unknown, nothing is removed.
Decided Decide(const DecideInput& input);

// The composition that Decide is given while the environment is rebuilt from a record (state.rebuilt): nothing of git.
Composition RebuiltComposition(const std::string& environment, const Rebuilt& rebuilt);

}  // namespace dagitops::decide
