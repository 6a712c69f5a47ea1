#pragma once

#include <string>
#include <vector>

#include "dagitops/doctor/check.h"

namespace dagitops::kubernetes {

// What decides which rights are needed in an environment's namespace.
struct RightsScope {
  std::string lease;    // its name; empty: none is used
  bool system = false;  // Dagster itself is a release of ours
};

// Every right that the target, and the helm that it calls, needs in its namespace, each once: the only list of them.
// The Role of deploy/dagitops gives exactly these (a test compares them); that they are enough is shown by the test
// that installs by that chart.
std::vector<doctor::Right> NeededRights(const RightsScope& scope);

}  // namespace dagitops::kubernetes
