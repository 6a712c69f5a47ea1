#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dagitops/base/clock.h"

namespace dagitops {

// A moment as files hold it: "2026-11-22T13:20:05.123Z", always UTC and with milliseconds, for years 0000 to 9999.
// Pure.
std::string TimeToText(WallTime time);
// Exactly that form, or without the milliseconds, as Kubernetes writes times
// (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/, creationTimestamp).
std::optional<WallTime> TimeFromText(std::string_view text);

}  // namespace dagitops
