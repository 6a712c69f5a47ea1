#pragma once

#include <vector>

#include "dagitops/model/code_location.h"
#include "dagitops/model/explained.h"

namespace dagitops::workspace {

// Every scalar and empty collection of `location.entry` and, below `dagitops.`, of `location.block`, in their order.
// Locations that were read back from a state file have lost their places: all values then seem to be defaults of ours,
// and those of the block are missing.
std::vector<Explained> Explain(const CodeLocation& location);

}  // namespace dagitops::workspace
