#include "dagitops/server/status_routes.h"

#include "dagitops/base/duration.h"

namespace dagitops::server {
namespace {

constexpr char kMetricsType[] = "text/plain; version=0.0.4; charset=utf-8";

Response Verdict(const std::string& trouble) {
  if (trouble.empty()) return {200, "ok\n"};
  return {503, trouble};
}

}  // namespace

Response Healthz(const Records& records, SteadyTime now) {
  std::string trouble;
  for (const auto& [environment, record] : records) {
    const Duration since = now - record.turned;
    if (since <= kStuckAfter) continue;
    const Duration seconds(since.count() / 1000 * 1000);
    trouble += environment + ": no pass has begun for " + FormatDuration(seconds) + "\n";
  }
  return Verdict(trouble);
}

Response Readyz(const Records& records) {
  std::string trouble;
  for (const auto& [environment, record] : records) {
    if (!record.trouble.empty()) trouble += environment + ": " + record.trouble + "\n";
  }
  return Verdict(trouble);
}

std::vector<Route> StatusRoutes(const StatusSources& sources) {
  return {{"GET", "/healthz", [sources](const Request&) { return Healthz(sources.records(), sources.clock.Steady()); }},
          {"GET", "/readyz", [sources](const Request&) { return Readyz(sources.records()); }},
          {"GET", "/metrics", [sources](const Request&) {
             return Response{200, sources.metrics(), kMetricsType};
           }}};
}

}  // namespace dagitops::server
