#pragma once

#include <map>
#include <string>

#include "dagitops/config/settings.h"
#include "dagitops/doctor/check.h"

namespace dagitops {

// Looks at everything that `serve` with these settings needs, by the real adapters, and changes nothing: what has to be
// fetched goes into a folder of its own, which is removed. `environment` empty: all of the settings.
doctor::Report RunDoctor(const config::Settings& settings, const std::string& environment,
                         const std::map<std::string, std::string>& variables);

}  // namespace dagitops
