// What becomes of a code server that ends by itself, or cannot be started.

#include "unit/target/target_fixture.h"

namespace dagitops::local_process {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

using Crashes = TargetFixture;

TEST_F(Crashes, CrashedItIsStartedAgainAfterASecond) {
  const ObservedServer server = Serving(Server("a", kA));
  machine.disk.Append("/state/logs/a-aaaaaaaa.log", "Traceback (most recent call last):\nMemoryError\n");
  Die(server, {1, 0});
  const ObservedServer down = Pass();
  EXPECT_EQ(down.state, ServerState::kStarting);
  EXPECT_THAT(down.reason, HasSubstr("ended with exit code 1: MemoryError; to be started at "));
  EXPECT_TRUE(down.published);
  EXPECT_EQ(machine.target->LookAgain(), seconds(1));
  EXPECT_THAT(CodeServers(), IsEmpty());
  machine.clock.Advance(seconds(1));
  Pass();
  const ObservedServer again = Only();
  EXPECT_EQ(again.state, ServerState::kReady);
  EXPECT_EQ(again.server_id, "id2");
  EXPECT_EQ(again.restarts, 1);
  EXPECT_EQ(again.address.socket, server.address.socket);
}

TEST_F(Crashes, WhyItEndedTellsNothingOfItsEnvironmentFile) {
  DesiredServer wanted = Server("a", kA);
  wanted.process.env_file = "/etc/a.env";
  machine.disk.Put("/etc/a.env", "EF_TOKEN=canary-of-the-file\n");
  const ObservedServer server = Serving(wanted);
  machine.disk.Append("/state/logs/a-aaaaaaaa.log",
                      "Traceback (most recent call last):\nRuntimeError: x canary-of-the-file\n");
  Die(server, {1, 0});
  EXPECT_THAT(Pass().reason, HasSubstr("RuntimeError: x ***"));
}

TEST_F(Crashes, CrashingAgainAndAgainItIsRestartedFiveTimesInTenMinutes) {
  ObservedServer server = Serving(Server("a", kA));
  const WallTime first = machine.clock.Now();
  int starts = 1;
  while (machine.clock.Now() - first < minutes(9)) {
    if (server.state == ServerState::kReady) Die(server);
    machine.clock.Advance(seconds(1));
    const auto before = machine.host.processes.size();
    server = Pass();
    starts += static_cast<int>(machine.host.processes.size() - before);
  }
  EXPECT_EQ(starts, 1 + 5);
  EXPECT_EQ(server.state, ServerState::kFailed);
  EXPECT_THAT(server.reason, HasSubstr("to be started at"));
  machine.clock.Advance(minutes(2));
  Pass();
  EXPECT_EQ(Only().state, ServerState::kReady) << "later it gets another chance by itself";
}

TEST_F(Crashes, WithoutAnyRestartAllowedACrashIsFinal) {
  machine.options.restart_limit = 0;
  machine.Restart();
  Die(Serving(Server("a", kA)));
  EXPECT_EQ(Pass().state, ServerState::kFailed);
  machine.clock.Advance(minutes(60));
  EXPECT_EQ(Pass().state, ServerState::kFailed);
}

TEST_F(Crashes, ProvenOnceItIsNotGivenUpWhenItsRestartCannotLoad) {
  const ObservedServer server = Serving(Server("a", kA));
  machine.broken_content = {kA};
  Die(server);
  Pass();
  machine.clock.Advance(seconds(1));
  Pass();
  EXPECT_EQ(Pass().state, ServerState::kStarting);
  machine.broken_content.clear();
  machine.clock.Advance(seconds(2));
  Pass();
  EXPECT_EQ(Only().state, ServerState::kReady);
}

TEST_F(Crashes, ProvenBeforeItIsNotGivenUpAtItsFirstStart) {
  machine.broken_content = {kA};
  Start(Proven("a", kA));
  const ObservedServer down = Pass();
  EXPECT_EQ(down.state, ServerState::kStarting);
  EXPECT_THAT(down.reason, HasSubstr("ended with exit code 1: ImportError: no nowhere; to be started at "));
  machine.broken_content.clear();
  machine.clock.Advance(seconds(1));
  Pass();
  EXPECT_EQ(Only().state, ServerState::kReady);
}

TEST_F(Crashes, ProvenBeforeItIsNotGivenUpForAMissingFile) {
  DesiredServer wanted = Proven("a", kA);
  wanted.process.env_file = "/etc/a.env";
  Start(wanted);
  EXPECT_EQ(Pass().state, ServerState::kStarting);
  machine.disk.Put("/etc/a.env", "KEY=value\n");
  machine.clock.Advance(seconds(1));
  Pass();
  EXPECT_EQ(Only().state, ServerState::kReady);
}

TEST_F(Crashes, ProvenBeforeItIsNotGivenUpWhenItsFirstStartHangs) {
  machine.boots_at_once = false;
  Start(Proven("a", kA));
  Pass();
  machine.clock.Advance(seconds(180));
  EXPECT_EQ(Pass().state, ServerState::kStarting);
  machine.boots_at_once = true;
  Pass();
  machine.clock.Advance(seconds(1));
  Pass();
  EXPECT_EQ(Only().state, ServerState::kReady);
}

TEST_F(Crashes, GivenUpAsACandidateItIsTriedAgainOnceItCountsAsProven) {
  machine.broken_content = {kA};
  Start(Server("a", kA));
  EXPECT_EQ(Pass(Wants({Server("a", kA)})).state, ServerState::kFailed);
  Maintain(Wants({Proven("a", kA)}));  // the decisions were put back from a copy
  EXPECT_EQ(Only().state, ServerState::kStarting);
  machine.broken_content.clear();
  machine.clock.Advance(seconds(1));
  Maintain(Wants({Proven("a", kA)}));
  EXPECT_EQ(Only().state, ServerState::kReady);
}

TEST_F(Crashes, ARestartThatHangsIsEndedAndTriedAgain) {
  const ObservedServer server = Serving(Server("a", kA));
  machine.boots_at_once = false;
  Die(server);
  Pass();
  machine.clock.Advance(seconds(1));
  Pass();
  EXPECT_EQ(Pass().state, ServerState::kStarting);
  const long long hanging = Only().pid;
  machine.clock.Advance(seconds(180));
  Pass();
  EXPECT_THAT(machine.host.processes.at(hanging).signals, Contains(SIGTERM));
  machine.boots_at_once = true;
  Pass();
  machine.clock.Advance(seconds(2));
  Pass();
  EXPECT_EQ(Only().state, ServerState::kReady);
}

TEST_F(Crashes, RetiredAndDeadItStaysDead) {
  const ObservedServer server = Serving(Server("a", kA));
  Publish({});
  Pass();
  Die(server);
  EXPECT_EQ(Pass().state, ServerState::kFailed);
  EXPECT_EQ(machine.target->LookAgain(), std::nullopt);
  machine.clock.Advance(seconds(5));
  Pass();
  EXPECT_THAT(CodeServers(), IsEmpty());
}

TEST_F(Crashes, RetiredAndDeadItComesBackWhenItIsWantedAgain) {
  const ObservedServer server = Serving(Server("a", kA));
  Publish({});
  Pass();
  Die(server);
  Pass();
  machine.clock.Advance(seconds(5));
  Pass(Wants({Server("a", kA)}));
  EXPECT_EQ(Only().state, ServerState::kReady);
}

TEST_F(Crashes, TheSocketThatAKilledOneLeftIsNoSignOfLifeOfTheNext) {
  const ObservedServer server = Serving(Server("a", kA));
  Die(server, {-1, SIGKILL});
  EXPECT_TRUE(machine.disk.Has(server.address.socket));
  machine.boots_at_once = false;
  Pass();
  machine.clock.Advance(seconds(1));
  Pass();
  machine.client.calls.clear();
  EXPECT_EQ(Only().state, ServerState::kStarting);
  EXPECT_THAT(machine.client.calls, IsEmpty());
}

TEST_F(Crashes, AClockThatWasSetBackKeepsNoneDown) {
  const ObservedServer server = Serving(Server("a", kA));
  Die(server);
  Pass();
  machine.clock.Advance(-hours(24 * 365));
  EXPECT_EQ(machine.target->LookAgain(), std::chrono::milliseconds(20));
  Pass();
  EXPECT_EQ(Only().state, ServerState::kReady);
}

TEST_F(Crashes, RetiredBeforeTheClockWasSetBackCountsAsRetiredNow) {
  Serving(Server("a", kA));
  Publish({});
  Pass();
  machine.clock.Advance(-hours(24 * 365));
  const WallTime then = machine.clock.Now();
  EXPECT_EQ(Only().retired, then);
  machine.clock.Advance(seconds(90));
  EXPECT_EQ(Only().retired, then);
}

TEST_F(Crashes, RunsOfACrashedServerAreLeftAlone) {
  const ObservedServer server = Serving(Server("a", kA));
  machine.host.AddWorker(server.pid);
  Die(server);
  Pass();
  machine.clock.Advance(seconds(1));
  Pass();
  EXPECT_THAT(machine.host.processes.at(server.pid).signals, IsEmpty());
}

}  // namespace
}  // namespace dagitops::local_process
