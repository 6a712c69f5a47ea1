#include "dagitops/plan/published.h"

#include <algorithm>
#include <optional>

namespace dagitops::plan {
namespace {

// The address with the location's metadata, which the target does not know, under the name that this very server was
// told: an old server keeps its old name, or a rename would take the schedules away before the new server is proven.
WorkspaceEntry At(const DesiredLocation& location, const DesiredServer& desired, const ObservedServer& server) {
  WorkspaceEntry entry = server.address;
  entry.location_name = desired.location_name;
  entry.metadata = location.published.metadata;
  return entry;
}

std::optional<WorkspaceEntry> Select(const DesiredLocation& location, const Observed& observed) {
  if (location.servers.empty()) return std::nullopt;
  if (location.servers.back().external) return location.published;
  const ObservedServer* wanted = observed.Find(location.servers.back());
  if (wanted != nullptr && wanted->state == ServerState::kReady) return At(location, location.servers.back(), *wanted);
  if (!location.has_serving) return std::nullopt;
  const ObservedServer* serving = observed.Find(location.servers.front());
  return serving == nullptr ? std::nullopt : std::optional(At(location, location.servers.front(), *serving));
}

}  // namespace

std::vector<WorkspaceEntry> SelectPublished(const Desired& desired, const Observed& observed) {
  std::vector<WorkspaceEntry> entries;
  for (const DesiredLocation& location : desired.locations) {
    if (auto entry = Select(location, observed)) entries.push_back(std::move(*entry));
  }
  for (const ObservedServer& server : observed.servers) {
    const auto& kept = desired.left_alone;
    const bool left_alone = std::find(kept.begin(), kept.end(), server.location) != kept.end();
    if (left_alone && server.published) entries.push_back(server.address);
  }
  return entries;
}

}  // namespace dagitops::plan
