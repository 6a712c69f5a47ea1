#include "reconcile/externals.h"

#include <algorithm>
#include <vector>

#include "dagitops/render/workspace_yaml.h"

namespace dagitops::reconcile {
namespace {

bool Names(const std::vector<WorkspaceEntry>& published, const WorkspaceEntry& wanted) {
  return std::any_of(published.begin(), published.end(), [&](const WorkspaceEntry& entry) {
    return entry.location_name == wanted.location_name && SameAddress(entry, wanted);
  });
}

std::vector<const DesiredServer*> Externals(const Desired& desired) {
  std::vector<const DesiredServer*> servers;
  for (const DesiredLocation& location : desired.locations) {
    for (const DesiredServer& server : location.servers) {
      if (server.external) servers.push_back(&server);
    }
  }
  return servers;
}

}  // namespace

void ObserveExternals(const Desired& desired, Observed& observed) {
  std::erase_if(observed.servers, [](const ObservedServer& server) { return server.external; });
  const auto externals = Externals(desired);
  if (externals.empty()) return;
  const auto published = render::ReadWorkspaceYaml(observed.published.value_or(""));
  for (const DesiredServer* wanted : externals) {
    ObservedServer server;
    server.location = wanted->location;
    server.content = wanted->content;
    server.state = ServerState::kReady;
    server.external = true;
    server.address = wanted->address;
    server.published = Names(published, wanted->address);
    server.active_runs = 0;
    observed.servers.push_back(std::move(server));
  }
}

}  // namespace dagitops::reconcile
