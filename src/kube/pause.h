#pragma once

#include <stop_token>

#include "dagitops/base/clock.h"

namespace dagitops::kube {

// Sleeps for `duration`, or until stopping is asked for.
void PauseUnlessStopped(Duration duration, const std::stop_token& stop);

}  // namespace dagitops::kube
