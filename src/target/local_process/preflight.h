#pragma once

#include "dagitops/target/local_process/local_process_target.h"

#include "target/local_process/interpreters.h"
#include "target/local_process/paths.h"

namespace dagitops::local_process {

// The oldest Dagster that this target is known to work with: it knows --autoload-defs-module-name, and both forms of
// versionKey are read (1.10.21 and 1.13.27 were run).
inline constexpr const char* kOldestDagster = "1.10.0";

// See LocalProcessTarget::Check.
Status Preflight(const Options& options, const Paths& paths, Interpreters& interpreters);

}  // namespace dagitops::local_process
