#pragma once

#include <string>

#include "dagitops/model/status.h"

namespace dagitops::cli {

// The status as a person reads it: revision, conditions, a table of locations, then what waits and why.
std::string StatusText(const EnvironmentStatus& status, bool colours);

}  // namespace dagitops::cli
