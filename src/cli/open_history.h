#pragma once

#include <memory>
#include <string>

#include "dagitops/base/result.h"
#include "dagitops/cli/services.h"
#include "dagitops/config/settings.h"
#include "dagitops/source/history_writer.h"

namespace dagitops::cli {

// The history as it is known here; where no daemon runs that knows the newest, what the remote has is fetched first. A
// remote that cannot be reached is told on services.err, and what is known here counts.
Result<std::unique_ptr<HistoryWriter>> OpenHistory(const config::Settings& settings, const std::string& environment,
                                                   const Services& services);

}  // namespace dagitops::cli
