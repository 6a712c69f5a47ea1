#pragma once

#include "dagitops/base/result.h"
#include "dagitops/cli/services.h"
#include "dagitops/config/settings.h"

#include "cli/options.h"

namespace dagitops::cli {

// For commands that need only what is known here, and so would not notice: kInvalid no-repository where REPOSITORY was
// given and is neither a URL nor a path that exists. One that is gone still names what was served from it, unless the
// settings name another one, or it is rather a location's name beside a state folder that was given. `settings` are
// those that `options` resolve to.
Status CheckGivenRepository(const CommonOptions& options, const config::Settings& settings, const Services& services);

}  // namespace dagitops::cli
