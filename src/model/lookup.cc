#include "dagitops/model/lookup.h"

namespace dagitops {

ServersByLocation::ServersByLocation(const Observed& observed) {
  servers_.reserve(observed.servers.size());
  for (const ObservedServer& server : observed.servers) servers_[server.location].push_back(&server);
}

std::span<const ObservedServer* const> ServersByLocation::Of(std::string_view location) const {
  const auto found = servers_.find(location);
  if (found == servers_.end()) return {};
  return found->second;
}

const ObservedServer* ServersByLocation::Find(const DesiredServer& wanted) const {
  for (const ObservedServer* server : Of(wanted.location)) {
    if (server->content == wanted.content) return server;
  }
  return nullptr;
}

DesiredByName::DesiredByName(const Desired& desired) {
  locations_.reserve(desired.locations.size());
  for (const DesiredLocation& location : desired.locations) locations_.emplace(location.name, &location);
}

const DesiredLocation* DesiredByName::Find(std::string_view name) const {
  const auto found = locations_.find(name);
  return found == locations_.end() ? nullptr : found->second;
}

}  // namespace dagitops
