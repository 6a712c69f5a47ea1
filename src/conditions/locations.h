#pragma once

#include <vector>

#include "dagitops/conditions/summarize.h"

namespace dagitops::conditions {

// One status a location: all that run or shall run, in published order, then those with nothing to run.
std::vector<LocationStatus> SummarizeLocations(const PassOutcome& outcome);

}  // namespace dagitops::conditions
