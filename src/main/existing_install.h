#pragma once

#include <map>
#include <string>

#include "dagitops/base/result.h"
#include "dagitops/config/settings.h"
#include "dagitops/model/existing_install.h"

namespace dagitops {

// What others made of Dagster in the namespace of this environment, by the real adapters; changes nothing.
Result<ExistingInstall> ReadExistingInstall(const config::Settings& settings, const std::string& environment,
                                            const std::map<std::string, std::string>& variables);

}  // namespace dagitops
