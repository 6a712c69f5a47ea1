#pragma once

#include <string>

#include "dagitops/cli/services.h"

#include "cli/options.h"

namespace dagitops::cli {

// `init --adopt`: makes a workspace repository of what Dagster's charts run in the cluster of the settings' environment
// already, and tells what `serve` will do to take it over. Changes nothing in the cluster. The exit code.
int RunAdopt(const std::string& folder, const CommonOptions& options, const Services& services);

}  // namespace dagitops::cli
