// Folders, logs, leftovers, and ending everything.

#include "unit/target/target_fixture.h"

namespace dagitops::local_process {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using Housekeeping = TargetFixture;

TEST_F(Housekeeping, MakesTheFoldersAndADagsterHome) {
  Maintain();
  for (const char* folder : {"/state/logs", "/state/venvs", "/state/empty", "/state/workspace", "/run/dagitops"}) {
    EXPECT_TRUE(machine.disk.Has(folder)) << folder;
  }
  const std::string yaml = machine.disk.files.at("/home/dagster/dagster.yaml").text;
  EXPECT_THAT(yaml, HasSubstr("telemetry:\n  enabled: false\n"));
  EXPECT_THAT(yaml, HasSubstr("DefaultRunCoordinator"));
}

TEST_F(Housekeeping, LeavesADagsterYamlThatIsThere) {
  machine.disk.Put("/home/dagster/dagster.yaml", "mine\n");
  Maintain();
  EXPECT_EQ(machine.disk.files.at("/home/dagster/dagster.yaml").text, "mine\n");
}

TEST_F(Housekeeping, RefusesARuntimeFolderThatOthersMayEnter) {
  machine.disk.rights.open_to_others = true;
  EXPECT_EQ(machine.target->Maintain({}).error().code, "runtime-dir-not-private");
  machine.disk.rights = {false, false};
  EXPECT_EQ(machine.target->Maintain({}).error().code, "runtime-dir-not-private");
  machine.disk.rights = {};
  EXPECT_TRUE(machine.target->Maintain({}));
}

TEST_F(Housekeeping, RefusesARuntimeFolderOfAnotherEnvironment) {
  Maintain();
  machine.options.state_dir = "/other";
  machine.Restart();
  const auto status = machine.target->Maintain({});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, "runtime-dir-shared");
  EXPECT_EQ(status.error().kind, ErrorKind::kStalled);
}

TEST_F(Housekeeping, RefusesARuntimeFolderWithTooLongAPath) {
  machine.options.runtime_dir = "/" + std::string(100, 'r');
  machine.Restart();
  EXPECT_EQ(machine.target->Maintain({}).error().code, "runtime-dir-too-long");
  EXPECT_EQ(machine.target->Apply(support::FakeMachine::StartItem(Server("a", kA))).error().code,
            "runtime-dir-too-long");
  EXPECT_THAT(machine.host.processes, IsEmpty());
}

TEST_F(Housekeeping, RotatesLogsThatAreFull) {
  machine.options.log_max_bytes = 100;
  machine.options.log_keep = 2;
  machine.Restart();
  machine.disk.Put("/state/logs/a.log", std::string(101, 'x'));
  machine.disk.Put("/state/logs/b.log", std::string(100, 'x'));
  machine.disk.Put("/state/logs/a.log.1", std::string(500, 'x'));
  Maintain();
  EXPECT_THAT(machine.disk.rotated, ElementsAre("/state/logs/a.log 2"));
  machine.disk.Put("/state/logs/b.log", std::string(101, 'x'));
  Maintain();
  EXPECT_THAT(machine.disk.rotated, SizeIs(1)) << "not at every pass";
  machine.clock.Advance(seconds(10));
  Maintain();
  EXPECT_THAT(machine.disk.rotated, SizeIs(2));
}

TEST_F(Housekeeping, RemovesLogsOfServersGoneForAWeek) {
  Start(Server("a", kA));
  machine.disk.Put("/state/logs/old-cccccccc.log", "x");
  machine.disk.Put("/state/logs/old-cccccccc.log.2", "x");
  machine.disk.Put("/state/logs/a-aaaaaaaa.log.1", "x");
  machine.disk.Put("/state/logs/webserver.log", "x");
  machine.clock.Advance(hours(24 * 6));
  Pass();
  EXPECT_TRUE(machine.disk.Has("/state/logs/old-cccccccc.log"));
  machine.clock.Advance(hours(24));
  Pass();
  EXPECT_FALSE(machine.disk.Has("/state/logs/old-cccccccc.log"));
  EXPECT_FALSE(machine.disk.Has("/state/logs/old-cccccccc.log.2"));
  EXPECT_TRUE(machine.disk.Has("/state/logs/a-aaaaaaaa.log"));
  EXPECT_TRUE(machine.disk.Has("/state/logs/a-aaaaaaaa.log.1"));
  EXPECT_TRUE(machine.disk.Has("/state/logs/webserver.log"));
}

TEST_F(Housekeeping, RemovesSocketsThatBelongToNobody) {
  Start(Server("a", kA));
  machine.disk.Put("/run/dagitops/deadbeef-deadbeef.sock", "");
  Pass();
  EXPECT_FALSE(machine.disk.Has("/run/dagitops/deadbeef-deadbeef.sock"));
  EXPECT_TRUE(machine.disk.Has(Only().address.socket));
  EXPECT_TRUE(machine.disk.Has("/run/dagitops/owner"));
}

TEST_F(Housekeeping, KeepsTheCodeOfWhatRunsAndOfWhatIsWanted) {
  Start(Server("a", kA));
  machine.code.trees = {"tree-a", "tree-b", "tree-c"};
  Observe();
  Maintain(Wants({Server("b", kB)}));
  EXPECT_THAT(machine.code.trees, ElementsAre("tree-a", "tree-b"));
  Maintain();
  EXPECT_EQ(machine.code.collections, 1) << "not at every pass";
  machine.clock.Advance(minutes(1));
  Maintain();
  EXPECT_THAT(machine.code.trees, ElementsAre("tree-a"));
}

TEST_F(Housekeeping, KeepsTheCodeOfARunWhoseServerIsGone) {
  const ObservedServer server = Serving(Server("a", kA));
  machine.host.AddWorker(server.pid);
  Publish({});
  Pass();
  Die(server);
  Observe();
  Stop(Server("a", kA));
  machine.clock.Advance(minutes(1));
  Maintain();
  EXPECT_THAT(machine.code.trees, ElementsAre("tree-a"));
}

TEST_F(Housekeeping, OnePartThatFailsKeepsNoOtherFromItsWork) {
  machine.options.start_daemon = true;
  machine.Restart();
  Start(Server("a", kA));
  machine.disk.failing["/state/workspace/webserver.yaml"] = {ErrorKind::kRetry, "disk-failed", "w", "no space", ""};
  EXPECT_EQ(machine.target->Maintain({}).error().subject, "w");
  machine.disk.failing.clear();
  EXPECT_THAT(machine.host.LivingWith("dagster._daemon"), SizeIs(1));
}

class Shutdown : public TargetFixture {
 protected:
  std::vector<CutRuns> ShutDown() {
    return machine.target->ShutdownAll(seconds(30), [&](Duration time) {
      machine.clock.Advance(time);
      waited += time;
      if (meanwhile) meanwhile();
    });
  }
  Duration waited{};
  std::function<void()> meanwhile;
};

TEST_F(Shutdown, EndsAllAndNamesTheRunsThatWereCut) {
  machine.options.webserver.start = true;
  machine.Restart();
  const ObservedServer server = Serving(Server("a", kA));
  Start(Server("b", kB));
  Observe();
  Maintain();
  machine.client.servers[server.address.socket].runs = {"r1"};
  const auto cut = ShutDown();
  ASSERT_THAT(cut, SizeIs(1));
  EXPECT_EQ(cut[0].location, "a");
  EXPECT_THAT(cut[0].runs, ElementsAre("r1"));
  EXPECT_THAT(machine.host.Living(), IsEmpty());
  EXPECT_LE(waited, milliseconds(50));
}

// A server of Dagster that is told to end does so after its runs, and answers until then.
TEST_F(Shutdown, NamesNoRunsThatEndedWithinTheGraceTime) {
  const ObservedServer server = Serving(Server("a", kA));
  machine.host.processes.at(server.pid).deaf = true;
  auto& runs = machine.client.servers[server.address.socket].runs;
  runs = {"r1", "r2"};
  meanwhile = [&] {
    if (waited >= seconds(10)) runs = {"r2"};
    if (waited >= seconds(20)) runs.clear();
    if (waited >= seconds(21)) Die(server, {0, 0});
  };
  EXPECT_THAT(ShutDown(), IsEmpty());
}

TEST_F(Shutdown, NamesTheRunsThatAreLeftWhereTheServerHadToBeKilled) {
  const ObservedServer server = Serving(Server("a", kA));
  machine.host.processes.at(server.pid).deaf = true;
  auto& runs = machine.client.servers[server.address.socket].runs;
  runs = {"r1", "r2"};
  meanwhile = [&] {
    if (waited >= seconds(10)) runs = {"r2"};
  };
  const auto cut = ShutDown();
  ASSERT_THAT(cut, SizeIs(1));
  EXPECT_THAT(cut[0].runs, ElementsAre("r2"));
}

TEST_F(Shutdown, AsksNoFurtherOnceAServerAnswersNoMore) {
  const ObservedServer server = Serving(Server("a", kA));
  machine.host.processes.at(server.pid).deaf = true;
  machine.client.servers[server.address.socket].runs = {"r1"};
  meanwhile = [&] { machine.client.servers[server.address.socket].hangs = true; };
  machine.client.calls.clear();
  EXPECT_THAT(ShutDown(), SizeIs(1)) << "its last word was that a run is in it";
  EXPECT_THAT(machine.client.calls, SizeIs(2));
}

TEST_F(Shutdown, KillsWhatIsDeafAfterTheGraceTime) {
  Start(Server("a", kA));
  const long long pid = Only().pid;
  machine.host.processes.at(pid).deaf = true;
  ShutDown();
  EXPECT_GE(waited, seconds(30));
  EXPECT_LE(waited, seconds(31));
  EXPECT_THAT(machine.host.processes.at(pid).signals, ElementsAre(SIGTERM, SIGKILL, SIGKILL));
}

TEST_F(Shutdown, OfAnEmptyMachineTakesNoTime) {
  EXPECT_THAT(ShutDown(), IsEmpty());
  EXPECT_EQ(waited, Duration(0));
}

TEST_F(Shutdown, LetsAllComeUpAgainAtTheNextStart) {
  machine.options.webserver.start = true;
  machine.Restart();
  Serving(Server("a", kA));
  Maintain();
  ShutDown();
  machine.Restart();
  EXPECT_EQ(Pass().state, ServerState::kStarting);
  const ObservedServer server = Only();
  EXPECT_EQ(server.state, ServerState::kReady);
  EXPECT_EQ(server.restarts, 0);
  EXPECT_TRUE(server.published);
  EXPECT_THAT(machine.host.LivingWith("dagster_webserver"), SizeIs(1));
}

TEST_F(Shutdown, LeavesRetiredServersDown) {
  Serving(Server("a", kA));
  Publish({});
  Only();
  ShutDown();
  machine.Restart();
  EXPECT_EQ(Pass().state, ServerState::kFailed);
  EXPECT_THAT(machine.host.Living(), IsEmpty());
}

TEST_F(Shutdown, FinishesAStopThatWasUnderWay) {
  Start(Server("a", kA));
  machine.host.processes.at(Only().pid).deaf = true;
  Stop(Server("a", kA));
  ShutDown();
  machine.Restart();
  Observe();
  Maintain();
  EXPECT_THAT(Observe().servers, IsEmpty());
  EXPECT_THAT(machine.host.Living(), IsEmpty());
}

}  // namespace
}  // namespace dagitops::local_process
