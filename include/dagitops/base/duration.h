#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dagitops/base/clock.h"

namespace dagitops {

// Reads "500ms", "60s", "10m", "2h", "3d" and sums such as "1h30m". Nothing else: no bare number, no sign, no spaces.
// At most 365 days.
std::optional<Duration> ParseDuration(std::string_view text);

// The shortest text that ParseDuration reads back to the same value, e.g. "1m30s".
std::string FormatDuration(Duration duration);

}  // namespace dagitops
