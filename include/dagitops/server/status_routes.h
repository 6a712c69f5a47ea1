#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/reconcile/pass_records.h"
#include "dagitops/server/http_server.h"

namespace dagitops::server {

// The longest a pass may be overdue, or take, before the loop counts as stuck: passes come at least every 72 s
// (controller/backoff.h) and wait for nothing, but for an API server that takes its time.
inline constexpr Duration kStuckAfter = std::chrono::minutes(5);

using Records = std::map<std::string, reconcile::PassRecord>;  // by environment

// 200, or 503 with a line for each environment that is the reason.
Response Healthz(const Records& records, SteadyTime now);
Response Readyz(const Records& records);

struct StatusSources {
  std::function<Records()> records;
  std::function<std::string()> metrics;
  const Clock& clock;
};

// GET /healthz, /readyz and /metrics.
std::vector<Route> StatusRoutes(const StatusSources& sources);

}  // namespace dagitops::server
