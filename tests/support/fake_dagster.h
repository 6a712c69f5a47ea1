#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "dagitops/dagster/dagster_gateway.h"
#include "dagitops/render/workspace_yaml.h"
#include "dagitops/target/target.h"

#include "support/world.h"

namespace dagitops::support {

// A target and a webserver made of values. Servers start at once and become ready at the next Tick, unless their
// content is in `broken`, or stay starting while their location is in `slow`. Remembers every item it was given.
class FakeDagster final : public Target, public DagsterGateway {
 public:
  static constexpr char kUrl[] = "http://127.0.0.1:3000";

  Result<Observed> Observe() override {
    if (failing) return *failing;
    return observed;
  }
  std::vector<WebserverEndpoint> Webservers() override { return webservers; }
  Status Apply(const PlanItem& item) override {
    if (before_apply) before_apply(item);
    if (failing_items.contains(item.location))
      return Error{ErrorKind::kRetry, "disk-full", item.object, "no space", ""};
    applied.push_back(item.object);
    if (item.action == Action::kStart) Start(item);
    if (item.action == Action::kPublish) Publish(item);
    if (item.action == Action::kStop) Stop(item);
    return Ok();
  }
  Status Maintain(const Desired&) override {
    ++maintained;
    if (maintain_failing) return *maintain_failing;
    return Ok();
  }
  std::optional<Duration> LookAgain() const override { return std::nullopt; }

  ObservedWebserver Locations(const std::string& url, Duration) override {
    ++asked;
    ObservedWebserver webserver;
    webserver.url = url;
    webserver.error = down;
    if (down.empty()) {
      webserver.locations = loaded;
      webserver.locations.insert(foreign.begin(), foreign.end());
    }
    return webserver;
  }
  Status ReloadWorkspace(const std::string&, Duration) override {
    ++reloads;
    if (reload_denied) return *reload_denied;
    if (ignores_reloads) return Ok();
    loaded.clear();
    for (const ObservedServer& server : observed.servers) {
      if (server.published) loaded[server.address.location_name] = {server.server_id, "", {}};
    }
    for (const WorkspaceEntry& entry : render::ReadWorkspaceYaml(observed.published.value_or(""))) {
      if (entry.host.empty()) continue;
      const bool answers = !silent_hosts.contains(entry.host);
      loaded[entry.location_name] = {answers ? "id-of-" + entry.host : "", answers ? "" : "unreachable", {}};
    }
    return Ok();
  }
  Status ReloadLocation(const std::string&, const std::string&, Duration) override { return Ok(); }
  Result<DagsterInstance> Instance(const std::string&, Duration) override { return DagsterInstance{}; }
  Result<RunsInside> Runs(const std::string&, Duration) override { return RunsInside{}; }

  void Tick() {
    std::erase_if(observed.servers, [](const auto& server) { return server.state == ServerState::kStopping; });
    for (ObservedServer& server : observed.servers) {
      if (server.state != ServerState::kStarting || slow.contains(server.location)) continue;
      const bool bad = broken.contains(server.location);
      server.state = bad ? ServerState::kFailed : ServerState::kReady;
      server.reason = bad ? "ImportError: no module named nowhere" : "";
    }
  }

  const ObservedServer* Serving(const std::string& location) const {
    for (const ObservedServer& server : observed.servers) {
      if (server.location == location && server.published) return &server;
    }
    return nullptr;
  }

  Observed observed;
  std::vector<WebserverEndpoint> webservers{{kUrl}};
  std::map<std::string, LoadedLocation> loaded;
  std::map<std::string, LoadedLocation> foreign;  // what the webserver lists from a workspace file that is not ours
  std::set<std::string> broken;                   // locations whose next servers fail
  std::set<std::string> slow;                     // locations whose servers do not come up yet
  std::set<std::string> silent_hosts;             // hosts of external servers that do not answer
  std::set<std::string> failing_items;            // locations whose items are refused
  std::optional<Error> failing;                   // what Observe gives while set
  std::string down;                               // why the webserver cannot be asked; empty: it can
  bool ignores_reloads = false;                   // they succeed and change nothing
  std::optional<Error> reload_denied;             // what a reload gives while set
  std::optional<Error> maintain_failing;          // what Maintain gives while set
  std::function<void(const PlanItem&)> before_apply;
  std::vector<std::string> applied;
  WallTime now = kNow;  // for `retired`
  int maintained = 0;
  int asked = 0;
  int reloads = 0;

 private:
  void Start(const PlanItem& item) {
    ObservedServer server = MakeObserved(item.location, item.content, ServerState::kStarting);
    server.server_id = "id" + std::to_string(++started_) + "-" + item.content;
    server.address.location_name = item.server->location_name;
    observed.servers.push_back(server);
  }
  void Publish(const PlanItem& item) {
    observed.published = item.text;
    for (ObservedServer& server : observed.servers) {
      const bool named = item.text.find(server.address.socket) != std::string::npos;
      if (server.published && !named) server.retired = now;
      if (named) server.retired.reset();
      server.published = named;
    }
  }
  void Stop(const PlanItem& item) {
    for (ObservedServer& server : observed.servers) {
      if (server.location == item.location && server.content == item.content) server.state = ServerState::kStopping;
    }
  }

  int started_ = 0;
};

}  // namespace dagitops::support
