// The life of one code server, from the plan's start to the plan's stop.

#include "dagitops/target/local_process/local_process_target.h"

#include "unit/target/target_fixture.h"

namespace dagitops::local_process {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using support::FakeMachine;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

using ServerLife = TargetFixture;

TEST_F(ServerLife, NothingIsObservedOnAnEmptyMachine) {
  const Observed observed = Observe();
  EXPECT_THAT(observed.servers, IsEmpty());
  EXPECT_FALSE(observed.published);
  EXPECT_THAT(observed.notes, IsEmpty());
  EXPECT_EQ(machine.target->LookAgain(), std::nullopt);
  EXPECT_THAT(machine.disk.files, IsEmpty()) << "looking changes nothing";
}

TEST_F(ServerLife, StartedItIsSeenReady) {
  Start(Server("a", kA));
  const ObservedServer server = Only();
  EXPECT_EQ(server.state, ServerState::kReady);
  EXPECT_EQ(server.location, "a");
  EXPECT_EQ(server.content, kA);
  EXPECT_EQ(server.server_id, "id1");
  EXPECT_EQ(server.address.location_name, "a shown");
  EXPECT_EQ(server.address.socket, "/run/dagitops/ca978112-aaaaaaaa.sock");
  EXPECT_FALSE(server.published);
  EXPECT_FALSE(server.retired);
  EXPECT_EQ(server.reason, "");
  EXPECT_EQ(server.pid, CodeServers().at(0)->identity.pid);
  EXPECT_EQ(machine.target->LookAgain(), std::nullopt) << "nothing is on its way";
}

TEST_F(ServerLife, ItsProcessGetsItsCodeItsEnvironmentAndItsMark) {
  DesiredServer wanted = Server("a", kA);
  wanted.process.environment = {{"LEVEL", "entry"}, {"DAGSTER_HOME", "/other"}};
  wanted.process.env_file = "/etc/a.env";
  machine.disk.Put("/etc/a.env", "LEVEL=file\nTOKEN=x\n");
  Start(wanted);
  const BackgroundProcess& process = CodeServers().at(0)->what;
  EXPECT_EQ(process.working_directory, "/trees/tree-a");
  EXPECT_EQ(process.log_file, "/state/logs/a-aaaaaaaa.log");
  EXPECT_THAT(process.environment,
              AllOf(Contains(Pair("LEVEL", "entry")), Contains(Pair("TOKEN", "x")), Contains(Pair("HOME", "/home")),
                    Contains(Pair("PATH", "/venv/bin:/usr/bin")), Contains(Pair("DAGSTER_HOME", "/other"))));
  EXPECT_THAT(process.environment.at("DAGITOPS_PROCESS"), HasSubstr("/server/a/" + kA + "/tree-a/1"));
  EXPECT_THAT(process.log_line, AllOf(HasSubstr("=== dagitops: "), HasSubstr("/server/a/")));
  EXPECT_THAT(process.arguments, Contains("--use-python-environment-entry-point"));
}

TEST_F(ServerLife, ACodeServerIsToldAnotherIdAtEachStart) {
  DesiredServer wanted = Server("a", kA);
  wanted.process.code_server = true;
  const auto id = [&] {
    const auto& arguments = machine.host.LivingWith("code-server").at(0)->what.arguments;
    return *(std::find(arguments.begin(), arguments.end(), "--fixed-server-id") + 1);
  };
  Start(wanted);
  const std::string first = id();
  EXPECT_THAT(first, SizeIs(32));
  Die(Only(), {1, 0});
  machine.clock.Advance(-seconds(1));  // the next start comes at the same time by the clock
  Pass();
  machine.clock.Advance(seconds(1));
  Pass();
  EXPECT_NE(id(), first);
}

TEST_F(ServerLife, StartedTwiceItIsStartedOnce) {
  Start(Server("a", kA));
  Start(Server("a", kA));
  EXPECT_THAT(CodeServers(), SizeIs(1));
  EXPECT_THAT(machine.host.processes, SizeIs(1));
}

TEST_F(ServerLife, AnInterpreterOfItsOwnIsUsed) {
  DesiredServer wanted = Server("a", kA);
  wanted.process.python = "/opt/py/bin/python3";
  Start(wanted);
  EXPECT_EQ(CodeServers().at(0)->what.arguments.front(), "/opt/py/bin/python3");
  EXPECT_EQ(CodeServers().at(0)->what.environment.at("PATH"), "/opt/py/bin:/usr/bin");
}

TEST_F(ServerLife, WhileItComesUpItIsLookedAtOften) {
  machine.boots_at_once = false;
  Start(Server("a", kA));
  EXPECT_EQ(Only().state, ServerState::kStarting);
  EXPECT_EQ(machine.target->LookAgain(), milliseconds(50));
  EXPECT_THAT(machine.client.calls, IsEmpty()) << "there is no socket to ask";
  const std::string socket = Only().address.socket;
  machine.Boot(socket);
  machine.client.servers[socket].serving = false;
  EXPECT_EQ(Only().state, ServerState::kStarting);
  EXPECT_EQ(machine.target->LookAgain(), milliseconds(20));
  machine.client.servers[socket].serving = true;
  EXPECT_EQ(Only().state, ServerState::kReady);
}

TEST_F(ServerLife, OneThatTakesLongIsLookedAtLessOften) {
  machine.boots_at_once = false;
  Start(Server("a", kA));
  Only();
  machine.clock.Advance(seconds(30));
  EXPECT_EQ(Only().state, ServerState::kStarting);
  EXPECT_EQ(machine.target->LookAgain(), seconds(1));
}

TEST_F(ServerLife, ReadyItIsNotAskedAgain) {
  Start(Server("a", kA));
  Only();
  machine.client.calls.clear();
  EXPECT_EQ(Only().state, ServerState::kReady);
  EXPECT_THAT(machine.client.calls, IsEmpty());
}

TEST_F(ServerLife, CodeThatDoesNotLoadInAServerThatStaysUpIsBroken) {
  machine.boots_at_once = false;
  Start(Server("a", kA));
  const std::string socket = Only().address.socket;
  machine.Boot(socket);
  machine.client.servers[socket].error = "ImportError: nowhere";
  const ObservedServer server = Only();
  EXPECT_EQ(server.state, ServerState::kBroken);
  EXPECT_EQ(server.reason, "ImportError: nowhere");
}

TEST_F(ServerLife, OneThatEndsBeforeItWasEverReadyHasFailed) {
  machine.broken_content = {kA};
  Start(Server("a", kA));
  const ObservedServer server = Pass();
  EXPECT_EQ(server.state, ServerState::kFailed);
  EXPECT_EQ(server.reason, "ended with exit code 1: ImportError: no nowhere");
  machine.clock.Advance(minutes(60));
  Pass();
  EXPECT_EQ(Only().state, ServerState::kFailed);
  EXPECT_THAT(machine.host.processes, SizeIs(1)) << "it is not started again by itself";
}

TEST_F(ServerLife, OneThatIsKilledWhileItComesUpTellsTheSignal) {
  machine.boots_at_once = false;
  Start(Server("a", kA));
  Die(Only(), {-1, 9});
  EXPECT_EQ(Only().reason, "was ended by signal 9 (Killed)");
}

TEST_F(ServerLife, OneThatNeverAnswersFailsAndIsEnded) {
  machine.boots_at_once = false;
  Start(Server("a", kA));
  const long long pid = Pass().pid;
  machine.disk.Append("/state/logs/a-aaaaaaaa.log", "waiting for the database\n");
  machine.clock.Advance(seconds(179));
  EXPECT_EQ(Pass().state, ServerState::kStarting);
  machine.clock.Advance(seconds(1));
  const ObservedServer server = Pass();
  EXPECT_EQ(server.state, ServerState::kFailed);
  EXPECT_EQ(server.reason, "did not answer within 3m; its last words: waiting for the database");
  EXPECT_THAT(machine.host.processes.at(pid).signals, ElementsAre(SIGTERM));
  Pass();
  EXPECT_THAT(CodeServers(), IsEmpty());
  EXPECT_EQ(Only().pid, 0);
}

TEST_F(ServerLife, PublishedItIsSeenAsPublished) {
  const ObservedServer server = Serving(Server("a", kA));
  EXPECT_TRUE(server.published);
  EXPECT_EQ(machine.disk.files.at("/state/workspace/webserver.yaml").text,
            machine.disk.files.at("/state/workspace/daemon.yaml").text);
  EXPECT_EQ(Observe().published, machine.disk.files.at("/state/workspace/webserver.yaml").text);
}

TEST_F(ServerLife, NoLongerPublishedItIsRetiredFromThatMomentOn) {
  Serving(Server("a", kA));
  machine.clock.Advance(seconds(100));
  Publish({});
  const ObservedServer server = Pass();
  EXPECT_FALSE(server.published);
  EXPECT_EQ(server.retired, machine.clock.Now());
  const WallTime then = machine.clock.Now();
  machine.clock.Advance(seconds(50));
  EXPECT_EQ(Only().retired, then);
  machine.Restart();
  EXPECT_EQ(Only().retired, then) << "also after a restart";
}

TEST_F(ServerLife, PublishedAgainItIsNotRetiredAnyMore) {
  const ObservedServer server = Serving(Server("a", kA));
  Publish({});
  Pass();
  Publish({server});
  EXPECT_FALSE(Only().retired);
}

TEST_F(ServerLife, AsLongAsTheDaemonsFileNamesItItIsNotRetired) {
  Serving(Server("a", kA));
  machine.faults.ArmAt(support::Faults::Kind::kKillBefore, "disk.Write /state/workspace/daemon.yaml");
  EXPECT_THROW(Publish({}), support::Killed);
  machine.Restart();
  EXPECT_FALSE(Only().retired);
  EXPECT_TRUE(Only().published) << "or it would be stopped at once, as one that never was";
  Maintain();
  EXPECT_EQ(machine.disk.files.at("/state/workspace/daemon.yaml").text, "load_from: []\n");
  EXPECT_TRUE(Only().retired);
  EXPECT_FALSE(Only().published);
}

TEST_F(ServerLife, AFileThatVanishedSaysNothing) {
  Serving(Server("a", kA));
  static_cast<void>(machine.disk.Remove("/state/workspace/webserver.yaml"));
  static_cast<void>(machine.disk.Remove("/state/workspace/daemon.yaml"));
  EXPECT_FALSE(Only().retired);
  EXPECT_TRUE(Only().published);
}

TEST_F(ServerLife, RetiredItIsAskedForItsRuns) {
  const ObservedServer server = Serving(Server("a", kA));
  EXPECT_EQ(server.active_runs, -1);
  Publish({});
  machine.client.servers[server.address.socket].runs = {"r1", "r2"};
  EXPECT_EQ(Only().active_runs, 2);
  machine.client.servers[server.address.socket].runs.clear();
  machine.clock.Advance(seconds(2));
  EXPECT_EQ(Only().active_runs, 0);
  machine.client.servers[server.address.socket].hangs = true;
  machine.clock.Advance(seconds(2));
  EXPECT_EQ(Only().active_runs, -1) << "not being told is not knowing";
}

TEST_F(ServerLife, ToldToStopItIsGoneWithItsSocket) {
  Start(Server("a", kA));
  const ObservedServer server = Only();
  Stop(Server("a", kA));
  EXPECT_EQ(Only().state, ServerState::kStopping);
  EXPECT_THAT(machine.host.processes.at(server.pid).signals, ElementsAre(SIGTERM));
  Maintain();
  EXPECT_THAT(Observe().servers, IsEmpty());
  EXPECT_FALSE(machine.disk.Has(server.address.socket));
  Stop(Server("a", kA));
  EXPECT_THAT(Observe().servers, IsEmpty()) << "twice is the same as once";
}

TEST_F(ServerLife, OneThatIsDeafIsKilledAfterTheGraceTime) {
  Start(Server("a", kA));
  const long long pid = Only().pid;
  machine.host.processes.at(pid).deaf = true;
  Stop(Server("a", kA));
  machine.clock.Advance(seconds(29));
  EXPECT_EQ(Pass().state, ServerState::kStopping);
  EXPECT_THAT(machine.host.processes.at(pid).signals, ElementsAre(SIGTERM));
  EXPECT_EQ(machine.target->LookAgain(), milliseconds(200));
  machine.clock.Advance(seconds(1));
  Pass();
  EXPECT_THAT(machine.host.processes.at(pid).signals, ElementsAre(SIGTERM, SIGKILL));
  Maintain();
  EXPECT_THAT(Observe().servers, IsEmpty());
}

TEST_F(ServerLife, WhatItsGroupLeavesBehindIsKilledInTheEnd) {
  Start(Server("a", kA));
  const long long pid = Only().pid;
  Stop(Server("a", kA));
  Maintain();
  EXPECT_THAT(machine.host.processes.at(pid).signals, ElementsAre(SIGTERM, SIGKILL));
}

TEST_F(ServerLife, ARunThatCameInAfterThePlanKeepsItAlive) {
  const ObservedServer server = Serving(Server("a", kA));
  Publish({});
  Only();
  machine.client.servers[server.address.socket].runs = {"r1"};
  Stop(Server("a", kA));
  EXPECT_EQ(Only().state, ServerState::kReady);
  EXPECT_EQ(Only().active_runs, 1);
  machine.client.servers[server.address.socket].hangs = true;
  Stop(Server("a", kA));
  EXPECT_EQ(Only().state, ServerState::kReady) << "not being told is no reason either";
}

TEST_F(ServerLife, RunsThatThePlanCutsAreNamed) {
  const ObservedServer server = Serving(Server("a", kA));
  Publish({});
  machine.client.servers[server.address.socket].runs = {"r1", "r2"};
  Stop(Server("a", kA), true);
  EXPECT_EQ(Only().state, ServerState::kStopping);
  EXPECT_THAT(Observe().notes, ElementsAre("the server of a was ended with runs in it: r1, r2"));
  machine.clock.Advance(minutes(61));
  EXPECT_THAT(Observe().notes, IsEmpty());
}

TEST_F(ServerLife, OneThatWasNeverPublishedIsStoppedWithoutAsking) {
  machine.boots_at_once = false;
  Start(Server("a", kA));
  Stop(Server("a", kA));
  EXPECT_EQ(Only().state, ServerState::kStopping);
  EXPECT_THAT(machine.client.calls, IsEmpty());
}

TEST_F(ServerLife, OneThatWasNeverPublishedNeedNotTellThatItHasNoRuns) {
  Start(Server("a", kA));
  machine.client.servers[Only().address.socket].hangs = true;
  Stop(Server("a", kA));
  EXPECT_EQ(Only().state, ServerState::kStopping);
}

TEST_F(ServerLife, AFailedOneIsForgottenAtOnceWhenStopped) {
  machine.broken_content = {kA};
  Start(Server("a", kA));
  Pass();
  Stop(Server("a", kA));
  EXPECT_THAT(Observe().servers, IsEmpty());
  machine.broken_content.clear();
  Start(Server("a", kA));
  EXPECT_EQ(Only().state, ServerState::kReady) << "and can be tried anew";
}

TEST_F(ServerLife, TwoVersionsOfALocationRunBesideEachOther) {
  const ObservedServer old = Serving(Server("a", kA));
  Start(Server("a", kB));
  const Observed observed = Observe();
  ASSERT_THAT(observed.servers, SizeIs(2));
  EXPECT_EQ(observed.servers[0].pid, old.pid);
  EXPECT_EQ(observed.servers[1].state, ServerState::kReady);
  EXPECT_NE(observed.servers[0].address.socket, observed.servers[1].address.socket);
  Stop(Server("a", kB));
  Maintain();
  EXPECT_EQ(Only().pid, old.pid);
}

}  // namespace
}  // namespace dagitops::local_process
