#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/fake_machine.h"

namespace dagitops::local_process {

inline const std::string kA(16, 'a');
inline const std::string kB(16, 'b');

inline DesiredServer Server(const std::string& location, const std::string& content) {
  DesiredServer server;
  server.location = location;
  server.location_name = location + " shown";
  server.content = content;
  server.process.arguments = {"-m", "definitions"};
  server.process.tree_id = "tree-" + content.substr(0, 1);
  return server;
}

// One that was proven in an earlier life.
inline DesiredServer Proven(const std::string& location, const std::string& content) {
  DesiredServer server = Server(location, content);
  server.proven = true;
  return server;
}

inline Desired Wants(const std::vector<DesiredServer>& servers) {
  Desired desired;
  for (const DesiredServer& server : servers) {
    DesiredLocation location;
    location.name = server.location;
    location.servers = {server};
    desired.locations.push_back(location);
  }
  return desired;
}

// A local target on a machine made of values, and short ways to ask it things.
class TargetFixture : public testing::Test {
 protected:
  using Process = support::FakeProcessHost::Process;

  Observed Observe() {
    auto observed = machine.target->Observe();
    EXPECT_TRUE(observed) << observed.error().Text();
    return observed ? *observed : Observed{};
  }
  ObservedServer Only() {
    const Observed observed = Observe();
    EXPECT_EQ(observed.servers.size(), 1u);
    return observed.servers.empty() ? ObservedServer{} : observed.servers.front();
  }
  void Apply(const PlanItem& item) {
    const auto status = machine.target->Apply(item);
    EXPECT_TRUE(status) << status.error().Text();
  }
  void Start(const DesiredServer& server) { Apply(support::FakeMachine::StartItem(server)); }
  void Stop(const DesiredServer& server, bool cut_runs = false) {
    Apply(support::FakeMachine::StopItem(server, cut_runs));
  }
  void Maintain(const Desired& desired = {}) {
    const auto status = machine.target->Maintain(desired);
    EXPECT_TRUE(status) << status.error().Text();
  }
  // A pass as the reconciler makes it when the plan is empty.
  ObservedServer Pass(const Desired& desired = {}) {
    const ObservedServer server = Only();
    Maintain(desired);
    return server;
  }
  void Publish(const std::vector<ObservedServer>& servers) {
    std::string text = servers.empty() ? "load_from: []\n" : "load_from:\n";
    for (const ObservedServer& server : servers) text += "- grpc_server: {socket: " + server.address.socket + "}\n";
    Apply(support::FakeMachine::PublishItem(text));
  }
  // A server that is up and published.
  ObservedServer Serving(const DesiredServer& server) {
    Start(server);
    Publish({Only()});
    return Only();
  }
  void Die(const ObservedServer& server, ProcessExit exit = {1, 0}) { machine.host.End(server.pid, exit); }
  std::vector<Process*> CodeServers() { return machine.host.LivingWith("api"); }

  support::FakeMachine machine;
};

}  // namespace dagitops::local_process
