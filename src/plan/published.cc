#include "dagitops/plan/published.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

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

// True when workspace.yaml names this address already.
bool IsPublished(const WorkspaceEntry& entry, const Observed& observed) {
  return std::any_of(observed.servers.begin(), observed.servers.end(), [&](const ObservedServer& server) {
    const WorkspaceEntry& address = server.address;
    return server.published && address.socket == entry.socket && address.host == entry.host &&
           address.port == entry.port;
  });
}

// Dagster refuses a file that has a name twice. That can only be while one location gives its name up and another takes
// it: the name stays with the server that has it, and the other one waits.
void SettleNames(std::vector<WorkspaceEntry>& entries, const Observed& observed) {
  std::map<std::string, std::size_t> holders;  // location name -> index of who may have it
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto [holder, first] = holders.try_emplace(entries[i].location_name, i);
    const bool better = !first && IsPublished(entries[i], observed) && !IsPublished(entries[holder->second], observed);
    if (better) holder->second = i;
  }
  std::size_t index = 0;
  std::erase_if(entries, [&](const WorkspaceEntry& entry) { return holders.at(entry.location_name) != index++; });
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
  SettleNames(entries, observed);
  return entries;
}

}  // namespace dagitops::plan
