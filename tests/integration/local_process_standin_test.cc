// The local target with real processes, sockets and files; a stand-in that answers in milliseconds takes Dagster's
// place.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "support/local_machine.h"

namespace dagitops {
namespace {

using support::LocalMachine;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class LocalStandin : public testing::Test {
 protected:
  // `behaviour`: lines of standin.conf (tests/support/standin/options.h).
  DesiredServer Server(const std::string& tree, const std::string& behaviour = "") {
    machine.folder.Write("trees/" + tree + "/standin.conf", behaviour);
    DesiredServer server;
    server.location = "analytics";
    server.location_name = "analytics";
    server.content = std::string(16, tree.back());
    server.process.arguments = {"-m", "definitions"};
    server.process.tree_id = tree;
    return server;
  }

  void Apply(Action action, const DesiredServer& server) {
    PlanItem item;
    item.action = action;
    item.location = server.location;
    item.content = server.content;
    item.server = server;
    const auto status = machine.target->Apply(item);
    EXPECT_TRUE(status) << status.error().Text();
  }

  void Publish(const std::string& socket) {
    PlanItem item;
    item.action = Action::kPublish;
    item.text = "load_from:\n- grpc_server: {socket: " + socket + "}\n";
    EXPECT_TRUE(machine.target->Apply(item));
  }

  bool UntilState(const DesiredServer& server, ServerState state) {
    return machine.Until(
        [&](const Observed& observed) {
          const ObservedServer* found = observed.Find(server);
          return found != nullptr && found->state == state;
        },
        std::chrono::seconds(30));
  }
  bool UntilGone(const DesiredServer& server) {
    return machine.Until([&](const Observed& observed) { return observed.Find(server) == nullptr; },
                         std::chrono::seconds(30));
  }

  // Code servers that live under this test's state, found by what they carry.
  std::size_t Living() {
    std::size_t count = 0;
    const std::string own = machine.folder.path();
    for (const MarkedProcess& process : machine.processes.FindByEnvironment("DAGSTER_HOME")) {
      count += process.leads_session && process.mark == own + "/home" ? 1u : 0u;
    }
    return count;
  }

  // Does `what` in another process, which then dies by SIGKILL.
  void InAProcessThatIsKilled(const std::function<void()>& what) {
    const pid_t pid = fork();
    ASSERT_GE(pid, 0);
    if (pid == 0) {
      what();
      raise(SIGKILL);
    }
    int status = 0;
    ASSERT_EQ(waitpid(pid, &status, 0), pid);
    ASSERT_TRUE(WIFSIGNALED(status));
  }

  LocalMachine machine{DAGITOPS_STANDIN};
};

TEST_F(LocalStandin, TakesOverAReadyServerOfAKilledDagitops) {
  const DesiredServer server = Server("tree-1");
  InAProcessThatIsKilled([&] {
    Apply(Action::kStart, server);
    UntilState(server, ServerState::kReady);
  });
  ASSERT_EQ(Living(), 1u);
  const Observed observed = machine.Pass();
  ASSERT_NE(observed.Find(server), nullptr);
  EXPECT_EQ(observed.Find(server)->state, ServerState::kReady);
  const long long pid = observed.Find(server)->pid;
  machine.Pass();
  EXPECT_EQ(Living(), 1u);
  Apply(Action::kStop, server);
  EXPECT_TRUE(UntilGone(server));
  EXPECT_EQ(Living(), 0u);
  EXPECT_GT(pid, 0);
}

TEST_F(LocalStandin, TakesOverAServerThatWasComingUp) {
  const DesiredServer server = Server("tree-1", "start_ms: 500\n");
  InAProcessThatIsKilled([&] { Apply(Action::kStart, server); });
  EXPECT_TRUE(UntilState(server, ServerState::kReady));
  EXPECT_EQ(Living(), 1u);
}

TEST_F(LocalStandin, FindsAServerWhoseStartWasNeverWrittenDown) {
  const DesiredServer server = Server("tree-1");
  InAProcessThatIsKilled([&] { Apply(Action::kStart, server); });
  // As if killed between the start and the writing of its identity.
  const std::string path = machine.folder / "state/servers.json";
  std::string json = machine.folder.Read("state/servers.json");
  const std::size_t identity = json.find("\"identity\":{");
  ASSERT_NE(identity, std::string::npos);
  json.replace(identity, json.find('}', identity) + 1 - identity, "\"identity\":null");
  const std::size_t starting = json.find("\"starting\":false");
  ASSERT_NE(starting, std::string::npos);
  json.replace(starting, 16, "\"starting\":true");
  machine.folder.Write("state/servers.json", json);
  EXPECT_TRUE(UntilState(server, ServerState::kReady));
  EXPECT_EQ(Living(), 1u);
}

TEST_F(LocalStandin, EndsWhatItLostTrackOf) {
  const DesiredServer server = Server("tree-1");
  InAProcessThatIsKilled([&] {
    Apply(Action::kStart, server);
    UntilState(server, ServerState::kReady);
  });
  std::filesystem::remove(machine.folder / "state/servers.json");
  EXPECT_TRUE(machine.Until([&](const Observed&) { return Living() == 0; }, std::chrono::seconds(20)));
}

TEST_F(LocalStandin, RestartsACrashedServerOnTheSameSocket) {
  const DesiredServer server = Server("tree-1");
  Apply(Action::kStart, server);
  ASSERT_TRUE(UntilState(server, ServerState::kReady));
  const ObservedServer before = *machine.last.Find(server);
  Publish(before.address.socket);
  kill(static_cast<pid_t>(before.pid), SIGKILL);
  ASSERT_TRUE(UntilState(server, ServerState::kStarting));
  EXPECT_THAT(machine.last.Find(server)->reason, HasSubstr("was ended by signal 9 (Killed)"));
  ASSERT_TRUE(UntilState(server, ServerState::kReady));
  EXPECT_NE(machine.last.Find(server)->pid, before.pid);
  EXPECT_EQ(machine.last.Find(server)->address.socket, before.address.socket);
  EXPECT_TRUE(machine.last.Find(server)->published);
}

TEST_F(LocalStandin, KillsAServerThatIgnoresSigterm) {
  machine.options.stop_grace = std::chrono::milliseconds(300);
  machine.Restart();
  const DesiredServer server = Server("tree-1", "ignore_term: 1\n");
  Apply(Action::kStart, server);
  ASSERT_TRUE(UntilState(server, ServerState::kReady));
  Apply(Action::kStop, server);
  EXPECT_TRUE(UntilGone(server));
  EXPECT_EQ(Living(), 0u);
}

TEST_F(LocalStandin, OneThatHangsHoldsUpNoOther) {
  const DesiredServer hanging = Server("tree-1", "hang: 1\n");
  DesiredServer good = Server("tree-2");
  good.location = "other";
  Apply(Action::kStart, hanging);
  Apply(Action::kStart, good);
  EXPECT_TRUE(UntilState(good, ServerState::kReady));
  EXPECT_EQ(machine.last.Find(hanging)->state, ServerState::kStarting);
}

TEST_F(LocalStandin, OneThatHangsFailsInTheEnd) {
  machine.options.start_timeout = std::chrono::seconds(1);
  machine.Restart();
  const DesiredServer server = Server("tree-1", "hang: 1\n");
  Apply(Action::kStart, server);
  ASSERT_TRUE(UntilState(server, ServerState::kFailed));
  EXPECT_THAT(machine.last.Find(server)->reason, HasSubstr("did not answer within 1s"));
  EXPECT_TRUE(machine.Until([&](const Observed&) { return Living() == 0; }));
}

TEST_F(LocalStandin, TellsWhyOneEndedAtItsStart) {
  const DesiredServer server = Server("tree-1", "exit: 1\n");
  Apply(Action::kStart, server);
  ASSERT_TRUE(UntilState(server, ServerState::kFailed));
  EXPECT_THAT(machine.last.Find(server)->reason,
              AllOf(HasSubstr("ended with exit code 1"), HasSubstr("No module named 'nothing_like_this'")));
}

TEST_F(LocalStandin, TellsWhatDoesNotLoadInOneThatStaysUp) {
  const DesiredServer server = Server("tree-1", "load_error: no such table\n");
  Apply(Action::kStart, server);
  ASSERT_TRUE(UntilState(server, ServerState::kBroken));
  EXPECT_THAT(machine.last.Find(server)->reason, HasSubstr("no such table"));
}

TEST_F(LocalStandin, AsksForRunsAndNamesThoseItCuts) {
  const DesiredServer server = Server("tree-1");
  Apply(Action::kStart, server);
  ASSERT_TRUE(UntilState(server, ServerState::kReady));
  Publish(machine.last.Find(server)->address.socket);
  ASSERT_TRUE(machine.Until([&](const Observed& observed) { return observed.Find(server)->published; }));
  machine.folder.Write("home/standin-runs/analytics/run-1", "");
  Publish("/nowhere");
  ASSERT_TRUE(machine.Until([&](const Observed& observed) { return observed.Find(server)->active_runs == 1; }));
  Apply(Action::kStop, server);
  EXPECT_TRUE(UntilState(server, ServerState::kReady)) << "a run is in it";
  const auto cut = machine.ShutDown();
  ASSERT_THAT(cut, SizeIs(1));
  EXPECT_THAT(cut[0].runs, ElementsAre("run-1"));
  EXPECT_EQ(Living(), 0u);
}

TEST_F(LocalStandin, MakesAVirtualEnvironmentAndStartsFromIt) {
  machine.folder.Write("trees/tree-1/requirements.txt", "# nothing\n");
  DesiredServer server = Server("tree-1");
  server.process.python = "/usr/bin/python3";
  server.process.requirements = "requirements.txt";
  Apply(Action::kStart, server);
  // It has no Dagster, so that the server cannot load; that it says so shows which interpreter was asked.
  ASSERT_TRUE(
      machine.Until([&](const Observed& observed) { return observed.Find(server)->state == ServerState::kFailed; },
                    std::chrono::seconds(120)));
  EXPECT_THAT(machine.last.Find(server)->reason,
              AllOf(HasSubstr("/state/venvs/"), HasSubstr("No module named dagster")));
}

}  // namespace
}  // namespace dagitops
