#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dagitops/conditions/summarize.h"

#include "support/locations.h"
#include "support/world.h"

namespace dagitops::conditions {

// What a pass came to know of one location "a", which is loaded; each test changes what it is about.
class Pass : public testing::Test {
 protected:
  Pass() {
    state = support::MakeState({support::MakeLocation("a")}, "r1");
    composition = support::MakeComposition("r1", {support::MakeLocation("a")});
    effective.locations = {
        {"a", DecisionKind::kFollow, "", support::MakeVersion(support::MakeLocation("a")), std::nullopt, {}}};
    desired.locations = {support::MakeDesired("a", {"1"})};
    observed.servers = {support::Published(support::MakeObserved("a", "1"))};
    observed.servers[0].pid = 42;
    observed.webservers = {{"http://127.0.0.1:3000", "", {}, {}, 0}};
  }

  EnvironmentStatus Run() const {
    return Summarize({state, &composition, &effective, &desired, &observed, &plan, support::MakeRevision("r1"), errors,
                      support::kNow});
  }

  LocationStatus First() const { return Run().locations.at(0); }

  static Condition Get(const EnvironmentStatus& status, const std::string& type) {
    for (const Condition& condition : status.conditions) {
      if (condition.type == type) return condition;
    }
    return {};
  }

  EffectiveLocation& Location() { return effective.locations[0]; }

  // One more location that is loaded, with the state of its server.
  void Add(const std::string& name, ServerState server = ServerState::kReady) {
    state.locations[name].last_good = support::MakeVersion(support::MakeLocation(name));
    effective.locations.push_back({name, DecisionKind::kFollow, "", state.locations[name].last_good, std::nullopt, {}});
    desired.locations.push_back(support::MakeDesired(name, {"1"}));
    observed.servers.push_back(support::Published(support::MakeObserved(name, "1", server)));
  }

  EnvironmentState state;
  Composition composition;
  Effective effective;
  Desired desired;
  Observed observed;
  Plan plan;
  std::vector<Error> errors;
};

}  // namespace dagitops::conditions
