#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dagitops/model/composition.h"
#include "dagitops/model/decision.h"

namespace dagitops {

// What one location shall run now. At least one of the two is there.
struct EffectiveLocation {
  std::string name;
  DecisionKind decision = DecisionKind::kFollow;
  std::string reason;
  std::optional<Version> serving;    // proven: keeps running until the candidate is proven too
  std::optional<Version> candidate;  // wanted and not yet proven; absent when it is the serving one or known bad
};

// The outcome of deciding: input of rendering.
struct Effective {
  std::string environment;
  Revision revision;
  EnvironmentOptions options;
  std::vector<EffectiveLocation> locations;  // published order
  std::vector<std::string> removals;         // names that may go now
  Value chart_values;
};

}  // namespace dagitops
