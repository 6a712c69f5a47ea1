#pragma once

#include "dagitops/target/local_process/local_process_target.h"

#include "main/environment_run.h"

namespace dagitops {

// The local_process target's view of the daemon's settings.
local_process::Options LocalOptions(const EnvironmentOrigin& origin);

}  // namespace dagitops
