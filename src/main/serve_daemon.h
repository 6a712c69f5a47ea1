#pragma once

#include <map>
#include <string>

#include "dagitops/config/settings.h"

namespace dagitops {

// The daemon made of the real adapters: opens everything, takes the lock, keeps the environments in line until it is
// told to end, ends what it runs. `environment` empty: all of the settings. The exit code.
int ServeDaemon(const config::Settings& settings, const std::string& environment,
                const std::map<std::string, std::string>& variables);

}  // namespace dagitops
