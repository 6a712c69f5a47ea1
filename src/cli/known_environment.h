#pragma once

#include <string>

#include "dagitops/base/result.h"
#include "dagitops/cli/services.h"
#include "dagitops/config/settings.h"

#include "cli/options.h"

namespace dagitops::cli {

// The environment of a command that is about what runs here: the one asked for, the only one of the settings or of the
// state folder, else what the repository says. So nobody needs the git server to see or to pause what runs.
Result<std::string> EnvironmentHere(const CommonOptions& options, const config::Settings& settings,
                                    const Services& services);

// What the repository says: its default environment or the only one.
Result<std::string> EnvironmentOfRepository(const CommonOptions& options, const Services& services);

}  // namespace dagitops::cli
