// dagitops is killed before or after each single call it makes to the world, or each call fails once. Whatever happens,
// the next passes come to the same end, and no server ever runs twice.

#include <functional>
#include <map>

#include "dagitops/base/text.h"

#include "support/case_name.h"
#include "unit/target/target_fixture.h"

namespace dagitops::local_process {
namespace {

using support::FakeMachine;
using support::Faults;
using support::Killed;

// A reconciler in small: wants one server published, or none.
class SmallReconciler {
 public:
  SmallReconciler(FakeMachine& machine, std::vector<DesiredServer> wanted)
      : machine_(machine), wanted_(std::move(wanted)) {}

  // One pass; errors end it, as they would end a real one.
  void Pass() {
    const auto observed = machine_.target->Observe();
    if (!observed) return;
    std::vector<PlanItem> items;
    for (const DesiredServer& server : wanted_) {
      if (observed->Find(server) == nullptr) items.push_back(FakeMachine::StartItem(server));
    }
    const std::string text = WorkspaceOf(*observed);
    if (observed->published != text) items.push_back(FakeMachine::PublishItem(text));
    for (const ObservedServer& server : observed->servers) {
      if (!IsWanted(server) && !server.published && server.state != ServerState::kStopping && server.active_runs <= 0) {
        items.push_back(FakeMachine::StopItem(Made(server)));
      }
    }
    for (const PlanItem& item : items) static_cast<void>(machine_.target->Apply(item));
    static_cast<void>(machine_.target->Maintain(Wants(wanted_)));
    machine_.clock.Advance(std::chrono::seconds(2));
  }

  bool Settled() {
    const auto observed = machine_.target->Observe();
    if (!observed || observed->servers.size() != wanted_.size()) return false;
    for (const ObservedServer& server : observed->servers) {
      if (!IsWanted(server) || server.state != ServerState::kReady || !server.published) return false;
    }
    return observed->published == WorkspaceOf(*observed);
  }

 private:
  static DesiredServer Made(const ObservedServer& server) { return Server(server.location, server.content); }

  bool IsWanted(const ObservedServer& server) const {
    for (const DesiredServer& wanted : wanted_) {
      if (wanted.location == server.location && wanted.content == server.content) return true;
    }
    return false;
  }

  std::string WorkspaceOf(const Observed& observed) const {
    std::string text = "load_from:";
    for (const ObservedServer& server : observed.servers) {
      if (IsWanted(server) && server.state == ServerState::kReady) text += "\n- " + server.address.socket;
    }
    return text + "\n";
  }

  FakeMachine& machine_;
  std::vector<DesiredServer> wanted_;
};

struct Story {
  std::string name;
  std::vector<DesiredServer> before;
  std::vector<DesiredServer> after;
  std::function<void(FakeMachine&)> prepare = [](FakeMachine&) {};
  std::function<void(FakeMachine&)> meanwhile = [](FakeMachine&) {};  // once the state before is reached
};

class Stories : public testing::TestWithParam<Story> {
 protected:
  // Comes to the state before the story.
  static std::unique_ptr<FakeMachine> Begin(const Story& story) {
    auto machine = std::make_unique<FakeMachine>();
    machine->host.on_start = [raw = machine.get(), inner = machine->host.on_start](auto& process) {
      inner(process);
      ExpectNoDoubles(*raw);
    };
    story.prepare(*machine);
    machine->Restart();
    SmallReconciler reconciler(*machine, story.before);
    for (int pass = 0; pass < 5; ++pass) reconciler.Pass();
    EXPECT_TRUE(reconciler.Settled());
    story.meanwhile(*machine);
    return machine;
  }

  // No two living processes do the same thing.
  static void ExpectNoDoubles(FakeMachine& machine) {
    std::map<std::string, int> living;
    for (const auto* process : machine.host.Living()) ++living[Join(process->what.arguments, " ")];
    for (const auto& [what, count] : living) EXPECT_EQ(count, 1) << what;
  }

  static void ExpectSettles(FakeMachine& machine, const Story& story, const std::string& when) {
    SmallReconciler reconciler(machine, story.after);
    for (int pass = 0; pass < 30 && !reconciler.Settled(); ++pass) reconciler.Pass();
    for (int pass = 0; pass < 4; ++pass) reconciler.Pass();
    EXPECT_TRUE(reconciler.Settled()) << when;
    ExpectNoDoubles(machine);
    std::size_t servers = machine.host.LivingWith("api").size();
    EXPECT_EQ(servers, story.after.size()) << when;
    const bool services = machine.options.webserver.start;
    EXPECT_EQ(machine.host.LivingWith("dagster_webserver").size(), services ? 1u : 0u) << when;
    EXPECT_EQ(machine.host.LivingWith("dagster._daemon").size(), services ? 1u : 0u) << when;
  }
};

TEST_P(Stories, ComeToTheSameEndWhenKilledAtAnyCall) {
  std::size_t points = 0;
  for (const Faults::Kind kind : {Faults::Kind::kKillBefore, Faults::Kind::kKillAfter}) {
    for (std::size_t call = 1;; ++call) {
      ASSERT_LT(call, 2000u);
      const auto machine = Begin(GetParam());
      SmallReconciler reconciler(*machine, GetParam().after);
      machine->faults.Arm(kind, call);
      bool killed = false;
      for (int pass = 0; pass < 6 && !killed; ++pass) {
        try {
          reconciler.Pass();
        } catch (const Killed&) {
          killed = true;
        }
      }
      if (!killed) break;
      ++points;
      const std::string when = "killed " + std::string(kind == Faults::Kind::kKillBefore ? "before" : "after") +
                               " call " + std::to_string(call) + ", " + machine->faults.calls.back();
      machine->Restart();
      ExpectSettles(*machine, GetParam(), when);
      if (HasFailure()) return;
    }
  }
  EXPECT_GE(points, 50u) << "the story is shorter than it was meant to be";
  RecordProperty("points", static_cast<int>(points));
}

TEST_P(Stories, ComeToTheSameEndWhenAnyCallFails) {
  for (const ErrorKind error : {ErrorKind::kRetry, ErrorKind::kStalled}) {
    for (std::size_t call = 1;; ++call) {
      ASSERT_LT(call, 2000u);
      const auto machine = Begin(GetParam());
      SmallReconciler reconciler(*machine, GetParam().after);
      machine->faults.error.kind = error;
      machine->faults.Arm(Faults::Kind::kFail, call);
      for (int pass = 0; pass < 6; ++pass) reconciler.Pass();
      if (machine->faults.calls.size() < call) break;
      const std::string when = "call " + std::to_string(call) + " failed: " + machine->faults.calls[call - 1];
      machine->faults.Disarm();
      ExpectSettles(*machine, GetParam(), when);
      if (HasFailure()) return;
    }
  }
}

TEST_P(Stories, ComeToTheSameEndWhenTheMachineIsRestartedAtAnyCall) {
  for (std::size_t call = 1;; call += 3) {
    ASSERT_LT(call, 2000u);
    const auto machine = Begin(GetParam());
    SmallReconciler reconciler(*machine, GetParam().after);
    machine->faults.Arm(Faults::Kind::kKillBefore, call);
    bool killed = false;
    for (int pass = 0; pass < 6 && !killed; ++pass) {
      try {
        reconciler.Pass();
      } catch (const Killed&) {
        killed = true;
      }
    }
    if (!killed) break;
    const std::string when = "rebooted at call " + std::to_string(call) + ", " + machine->faults.calls.back();
    machine->host.Reboot();
    machine->client.servers.clear();
    machine->Restart();
    ExpectSettles(*machine, GetParam(), when);
    if (HasFailure()) return;
  }
}

void WithServices(FakeMachine& machine) {
  machine.options.webserver.start = true;
  machine.options.start_daemon = true;
}

void LoseInventory(FakeMachine& machine) {
  static_cast<void>(machine.disk.Remove("/state/servers.json"));
  machine.Restart();
}

DesiredServer WithRequirements() {
  DesiredServer server = Server("a", kA);
  server.process.requirements = "requirements.txt";
  return server;
}

// The build is done as soon as it is started.
void WithBuilds(FakeMachine& machine) {
  machine.disk.Put("/trees/tree-a/requirements.txt", "dagster\n");
  machine.host.on_start = [&machine, inner = machine.host.on_start](auto& process) {
    inner(process);
    if (process.what.arguments.front() != "/bin/sh") return;
    machine.disk.Put(process.what.arguments.at(5) + "/.dagitops-complete", "");
    machine.host.End(process.identity.pid, {0, 0});
  };
}

INSTANTIATE_TEST_SUITE_P(
    Of, Stories,
    testing::Values(Story{"AddingTheFirst", {}, {Server("a", kA)}, WithServices},
                    Story{"AddingTwo", {Server("c", kA)}, {Server("a", kA), Server("b", kB), Server("c", kA)}},
                    Story{"Changing", {Server("a", kA)}, {Server("a", kB)}},
                    Story{"Removing", {Server("a", kA), Server("b", kB)}, {Server("b", kB)}},
                    Story{"RemovingTheLast", {Server("a", kA)}, {}, WithServices},
                    Story{"AddingOneWithRequirements", {}, {WithRequirements()}, WithBuilds},
                    Story{"ChangingOneOfTwoWhoseInventoryIsLost",
                          {Server("a", kA), Server("b", kA)},
                          {Server("a", kA), Server("b", kB)},
                          [](FakeMachine&) {},
                          LoseInventory}),
    support::CaseName{});

}  // namespace
}  // namespace dagitops::local_process
