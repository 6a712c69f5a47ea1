#pragma once

#include <string>
#include <vector>

#include "dagitops/model/decision.h"

namespace dagitops::decide {

// Notes in `state` that the files of location `name` are its own, so that one that cannot be read later is still known
// to be of it. `sources` is by layer; only fragments and overlays belong to one location, defaults belong to all.
void RememberPaths(EnvironmentState& state, const std::string& name, const std::vector<std::string>& sources);

}  // namespace dagitops::decide
