#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "dagitops/model/desired.h"
#include "dagitops/model/observed.h"
#include "dagitops/model/plan.h"

// Desired and observed values for tests of planning.
namespace dagitops::support {

inline const WallTime kNow{std::chrono::seconds(1'000'000)};

inline DesiredServer MakeServer(const std::string& location, const std::string& content) {
  DesiredServer server;
  server.location = location;
  server.location_name = location;
  server.content = content;
  return server;
}

// `contents`: one for a location that is as it shall be, two for [proven, candidate].
inline DesiredLocation MakeDesired(const std::string& name, const std::vector<std::string>& contents,
                                   bool has_serving = true) {
  DesiredLocation location;
  location.name = name;
  location.location_name = name;
  location.has_serving = has_serving;
  for (const std::string& content : contents) location.servers.push_back(MakeServer(name, content));
  return location;
}

inline ObservedServer MakeObserved(const std::string& location, const std::string& content,
                                   ServerState state = ServerState::kReady) {
  ObservedServer server;
  server.location = location;
  server.content = content;
  server.state = state;
  server.server_id = "id-" + content;
  server.address.location_name = location;
  server.address.socket = "/run/" + location + "-" + content + ".sock";
  server.active_runs = 0;
  return server;
}

inline ObservedServer Published(ObservedServer server) {
  server.published = true;
  return server;
}

inline ObservedServer Retired(ObservedServer server, Duration ago, int active_runs = 0) {
  server.retired = kNow - ago;
  server.active_runs = active_runs;
  return server;
}

inline std::vector<const PlanItem*> ItemsOf(const Plan& plan, Action action) {
  std::vector<const PlanItem*> items;
  for (const PlanItem& item : plan.items) {
    if (item.action == action) items.push_back(&item);
  }
  return items;
}

}  // namespace dagitops::support
