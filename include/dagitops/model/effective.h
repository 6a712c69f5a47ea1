#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dagitops/model/composition.h"
#include "dagitops/model/decision.h"
#include "dagitops/model/field_change.h"

namespace dagitops {

// What one location shall run now. At least one of the two is there.
struct EffectiveLocation {
  std::string name;
  DecisionKind decision = DecisionKind::kFollow;
  std::string reason;
  Shared<Version> serving;           // proven: keeps running until the candidate is proven too
  Shared<Version> candidate;         // wanted and not yet proven; absent when it is the serving one or known bad
  std::vector<FieldChange> changes;  // from serving to candidate
};

// A location that may go now, and what happens to the runs inside it.
struct Removal {
  std::string name;
  RunsPolicy runs;

  friend bool operator==(const Removal&, const Removal&) = default;
};

// The outcome of deciding: input of rendering.
struct Effective {
  std::string environment;
  Revision revision;
  EnvironmentOptions options;
  std::vector<EffectiveLocation> locations;  // published order
  std::vector<Removal> removals;
  // Names whose servers stay as they are, published or not: the environment is paused, or nothing better is known. They
  // may be in `locations` as well; then what is proven is started where nothing of them runs.
  std::vector<std::string> left_alone;
  // Names in Dagster of locations that are in git and have nothing to run, since they never loaded: whoever has such a
  // name keeps it for them.
  std::vector<std::string> awaited;
  Value chart_values;
  Value system_values;
  bool paused = false;  // what belongs to no one location stays as it is too
  bool usable = true;   // false: nothing is known but `left_alone` and what is proven, neither options nor values
};

}  // namespace dagitops
