#pragma once

#include <vector>

#include "dagitops/model/composition.h"

#include "workspace/unit.h"

namespace dagitops::workspace {

// Published order: `order`, then name; twins by path, so that the outcome never depends on chance.
bool ComesBefore(const UnitPtr& a, const UnitPtr& b);

// Fills locations, invalid and diagnostics of `composition` from all units, which are in published order. Two enabled
// units of one name (duplicate-service) or one location name (duplicate-location) are faults on both.
void Collect(const std::vector<UnitPtr>& units, Composition& composition);

// Sorts, and makes one of what was told for each location about one place in the files that all share.
void Condense(Diagnostics& diagnostics, const Sources& shared);

}  // namespace dagitops::workspace
