#pragma once

#include <string>
#include <vector>

#include "dagitops/model/status.h"

namespace dagitops::cli {

// The status as a person reads it: revision, conditions, a table of locations, then what waits and why.
std::string StatusText(const EnvironmentStatus& status, bool colours);

// One line for each location whose phase is not what it was: "sales: progressing (to be started)". A location that is
// out of the status now is gone.
std::string PhaseChanges(const std::vector<LocationStatus>& before, const std::vector<LocationStatus>& after);

}  // namespace dagitops::cli
