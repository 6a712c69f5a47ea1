#pragma once

#include "dagitops/model/composition.h"

#include "workspace/unit_cache.h"

namespace dagitops::workspace {

// Fills locations, invalid and diagnostics of `composition` from all units in published order. Two enabled units of one
// name (duplicate-service) or one location name (duplicate-location) are faults on both; `may_have_twins` false says
// that there are none.
void Collect(const std::vector<UnitCache::Placed>& units, bool may_have_twins, Composition& composition);

// Sorts, and makes one of what was told for each location about one place in the files that all share.
void Condense(Diagnostics& diagnostics, const Sources& shared);

}  // namespace dagitops::workspace
