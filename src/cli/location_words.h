#pragma once

#include <string>
#include <vector>

#include "dagitops/base/result.h"
#include "dagitops/cli/services.h"

#include "cli/options.h"

namespace dagitops::cli {

// `approve [REPOSITORY] [LOCATION...]`, where people leave the repository out. A first word that is no folder and no
// URL goes to `locations` when the settings say which repository is meant, or when a removal of that name waits in the
// one of this folder. kInvalid when it is neither.
Status SortWords(CommonOptions& options, std::vector<std::string>& locations, const Services& services);

}  // namespace dagitops::cli
