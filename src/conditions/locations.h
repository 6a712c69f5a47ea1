#pragma once

#include <string>
#include <vector>

#include "dagitops/conditions/summarize.h"

namespace dagitops::conditions {

// One status a location: all that run or shall run, in published order, then those with nothing to run.
std::vector<LocationStatus> SummarizeLocations(const PassOutcome& outcome);

// The server that a location goes on with is on its way, as after another version of it did not come up.
bool ServerIsComing(const PassOutcome& outcome, const std::string& name);

}  // namespace dagitops::conditions
