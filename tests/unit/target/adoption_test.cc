// What becomes of running processes when dagitops itself ends and comes back.

#include "unit/target/target_fixture.h"

namespace dagitops::local_process {
namespace {

using std::chrono::seconds;
using support::FakeMachine;
using support::Faults;
using support::Killed;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class Adoption : public TargetFixture {
 protected:
  // Does `what` and is killed before, or right after, the first call of that name; then comes back.
  void KillBefore(const std::string& name, const std::function<void()>& what) { Kill(name, what, false); }
  void KillBehind(const std::string& name, const std::function<void()>& what) { Kill(name, what, true); }
  // And comes back.
  void LoseInventory() {
    static_cast<void>(machine.disk.Remove("/state/servers.json"));
    machine.Restart();
  }

 private:
  void Kill(const std::string& name, const std::function<void()>& what, bool after) {
    machine.faults.ArmAt(after ? Faults::Kind::kKillAfter : Faults::Kind::kKillBefore, name);
    EXPECT_THROW(what(), Killed);
    machine.Restart();
  }
};

TEST_F(Adoption, ARunningServerIsTakenOverAsItIs) {
  const ObservedServer before = Serving(Server("a", kA));
  Maintain();
  machine.Restart();
  machine.client.calls.clear();
  const ObservedServer after = Only();
  EXPECT_EQ(after.pid, before.pid);
  EXPECT_EQ(after.state, ServerState::kReady);
  EXPECT_EQ(after.server_id, before.server_id);
  EXPECT_TRUE(after.published);
  EXPECT_THAT(machine.client.calls, IsEmpty());
  Maintain();
  EXPECT_THAT(machine.host.processes, SizeIs(1));
  EXPECT_THAT(machine.host.processes.at(before.pid).signals, IsEmpty());
}

TEST_F(Adoption, AServerThatWasComingUpIsWaitedForOn) {
  machine.boots_at_once = false;
  Start(Server("a", kA));
  machine.Restart();
  EXPECT_EQ(Pass().state, ServerState::kStarting);
  machine.Boot(Only().address.socket);
  EXPECT_EQ(Only().state, ServerState::kReady);
  EXPECT_THAT(machine.host.processes, SizeIs(1));
}

TEST_F(Adoption, AServerThatDiedMeanwhileIsStartedAtOnceAndNotCounted) {
  const ObservedServer before = Serving(Server("a", kA));
  machine.Restart();
  Die(before);
  Pass();
  const ObservedServer after = Only();
  EXPECT_EQ(after.state, ServerState::kReady);
  EXPECT_NE(after.pid, before.pid);
  EXPECT_EQ(after.restarts, 0);
}

TEST_F(Adoption, OneThatDiedWhileComingUpGetsAnotherTryOfWhichTheEndIsSeen) {
  machine.broken_content = {kA};
  Start(Server("a", kA));
  machine.Restart();
  Pass();
  EXPECT_EQ(Pass().state, ServerState::kFailed);
  EXPECT_THAT(machine.host.processes, SizeIs(2));
}

TEST_F(Adoption, AfterARebootEverythingComesUpAgain) {
  Serving(Server("a", kA));
  Start(Server("b", kB));
  Observe();
  Maintain();
  machine.host.Reboot();
  machine.client.servers.clear();
  machine.Restart();
  Observe();
  Maintain();
  const Observed observed = Observe();
  ASSERT_THAT(observed.servers, SizeIs(2));
  for (const ObservedServer& server : observed.servers) {
    EXPECT_EQ(server.state, ServerState::kReady);
    EXPECT_EQ(server.restarts, 0);
  }
  EXPECT_TRUE(observed.servers[0].published);
}

TEST_F(Adoption, AServerThatWasBeingEndedIsEndedOn) {
  Start(Server("a", kA));
  const long long pid = Only().pid;
  machine.host.processes.at(pid).deaf = true;
  Stop(Server("a", kA));
  machine.Restart();
  machine.clock.Advance(seconds(30));
  EXPECT_EQ(Pass().state, ServerState::kStopping);
  Maintain();
  EXPECT_THAT(Observe().servers, IsEmpty());
  EXPECT_THAT(machine.host.Living(), IsEmpty());
}

TEST_F(Adoption, AStartThatWasNeverWrittenDownIsFoundByItsMark) {
  // Killed after the process was started and before its identity could be saved.
  bool killed = false;
  machine.host.on_start = [&, before = machine.host.on_start](Process& process) {
    before(process);
    killed = true;
    throw Killed();
  };
  EXPECT_THROW(static_cast<void>(machine.target->Apply(FakeMachine::StartItem(Server("a", kA)))), Killed);
  ASSERT_TRUE(killed);
  machine.Restart();
  EXPECT_EQ(Pass().state, ServerState::kReady);
  EXPECT_THAT(machine.host.processes, SizeIs(1)) << "none is started beside it";
}

TEST_F(Adoption, OfSeveralUnderOneMarkTheServerIsTheOldest) {
  machine.host.on_start = [&, before = machine.host.on_start](Process& process) {
    before(process);
    const long long pid = process.identity.pid;
    machine.host.AddWorker(pid, true);
    machine.host.AddWorker(pid);
    Process later = process;  // the pids have begun anew
    later.identity.pid = 50;
    later.identity.start_ticks += 10;
    machine.host.processes[50] = later;
    throw Killed();
  };
  EXPECT_THROW(static_cast<void>(machine.target->Apply(FakeMachine::StartItem(Server("a", kA)))), Killed);
  machine.Restart();
  EXPECT_EQ(Pass().pid, 101);
  EXPECT_THAT(machine.host.processes.at(102).signals, IsEmpty()) << "user code may have started it";
}

TEST_F(Adoption, ARunIsNotTheServerThatIsGone) {
  long long run = 0;
  machine.host.on_start = [&, before = machine.host.on_start](Process& process) {
    before(process);
    run = machine.host.AddWorker(process.identity.pid);
    machine.host.End(process.identity.pid, {1, 0});
    throw Killed();
  };
  EXPECT_THROW(static_cast<void>(machine.target->Apply(FakeMachine::StartItem(Server("a", kA)))), Killed);
  machine.Restart();
  EXPECT_NE(Only().pid, run);
}

TEST_F(Adoption, WhatAnEarlierStartOfTheServerLeftBehindIsNotTheServer) {
  const ObservedServer server = Serving(Server("a", kA));
  const long long left = machine.host.AddWorker(server.pid, true);
  Die(server);
  Pass();
  machine.clock.Advance(std::chrono::seconds(1));
  Observe();
  KillBefore("host.Start", [&] { static_cast<void>(machine.target->Maintain({})); });
  EXPECT_NE(Only().pid, left);
}

TEST_F(Adoption, ProcessesThatNoRecordAccountsForAreEnded) {
  Start(Server("a", kA));
  Publish({});
  const long long pid = Only().pid;
  LoseInventory();
  EXPECT_THAT(Observe().servers, IsEmpty());
  EXPECT_TRUE(machine.host.processes.at(pid).alive) << "looking ends nobody";
  Maintain();
  EXPECT_THAT(machine.host.processes.at(pid).signals, ElementsAre(SIGTERM));
}

// What a pass after the loss of servers.json starts, runs already. Its exit would take the socket of a second one away.
TEST_F(Adoption, AWantedServerOnNoRecordIsTakenOver) {
  const ObservedServer before = Serving(Server("a", kA));
  Maintain();
  const long long left = machine.host.AddWorker(before.pid, true);
  LoseInventory();
  Observe();
  Start(Proven("a", kA));
  Maintain();
  const ObservedServer after = Only();
  EXPECT_EQ(after.pid, before.pid);
  EXPECT_EQ(after.state, ServerState::kReady);
  EXPECT_EQ(after.server_id, before.server_id);
  EXPECT_TRUE(after.published);
  EXPECT_THAT(machine.host.processes, SizeIs(2)) << "none is started beside it";
  EXPECT_THAT(machine.host.processes.at(before.pid).signals, IsEmpty());
  EXPECT_THAT(machine.host.processes.at(left).signals, IsEmpty()) << "user code may have started it";
}

// The daemon and the webserver use it, whatever is remembered here.
TEST_F(Adoption, AServerOnNoRecordThatThePublishedFileNamesIsKnownFromTheFirstLookOn) {
  Start(Server("a", kA));
  const ObservedServer before = Only();
  Apply(FakeMachine::PublishItem("load_from:\n- grpc_server: {socket: \"" + before.address.socket +
                                 "\", location_name: \"a shown\"}\n"));
  LoseInventory();
  const ObservedServer after = Only();
  EXPECT_EQ(after.pid, before.pid);
  EXPECT_EQ(after.location, "a");
  EXPECT_EQ(after.content, kA);
  EXPECT_EQ(after.address, before.address) << "its name in Dagster is in the file";
  EXPECT_EQ(after.state, ServerState::kReady);
  EXPECT_EQ(after.server_id, before.server_id);
  EXPECT_TRUE(after.published);
  EXPECT_FALSE(machine.disk.Has("/state/servers.json")) << "looking changes nothing";
  Maintain();
  machine.Restart();
  EXPECT_EQ(Only().pid, before.pid);
  EXPECT_THAT(machine.host.processes.at(before.pid).signals, IsEmpty());
}

TEST_F(Adoption, OneThatOnlyTheDaemonsFileNamesIsInUseToo) {
  const ObservedServer before = Serving(Server("a", kA));
  machine.faults.ArmAt(Faults::Kind::kKillBefore, "disk.Write /state/workspace/daemon.yaml");
  EXPECT_THROW(Publish({}), Killed);
  LoseInventory();
  EXPECT_TRUE(Only().published);
  Maintain();
  const ObservedServer after = Only();
  EXPECT_EQ(after.pid, before.pid);
  EXPECT_EQ(after.retired, machine.clock.Now()) << "its 90 s begin now";
}

TEST_F(Adoption, OneThatLeavesTheFileLaterIsRetiredAndEndedLikeAnyOther) {
  const ObservedServer before = Serving(Server("a", kA));
  LoseInventory();
  Pass();
  Publish({});
  EXPECT_EQ(Pass().retired, machine.clock.Now());
  machine.client.servers[before.address.socket].runs = {"r1"};
  machine.clock.Advance(seconds(100));
  EXPECT_EQ(Only().active_runs, 1);
  Stop(Server("a", kA));
  EXPECT_EQ(Only().state, ServerState::kReady) << "a run is in it";
  machine.client.servers[before.address.socket].runs.clear();
  Stop(Server("a", kA));
  Maintain();
  EXPECT_THAT(Observe().servers, IsEmpty());
  EXPECT_THAT(machine.host.Living(), IsEmpty());
}

TEST_F(Adoption, WhatNobodyWantsAndNobodyCanStartStaysDownAndSaysSo) {
  const ObservedServer before = Serving(Server("a", kA));
  machine.disk.Append("/state/logs/a-aaaaaaaa.log", "Traceback (most recent call last):\nError: p4ssw0rd\n");
  LoseInventory();
  Pass();
  Die(before);
  Pass();
  const ObservedServer after = Only();
  EXPECT_EQ(after.state, ServerState::kFailed);
  EXPECT_EQ(after.reason, "has ended; how it was started was lost with the inventory");
  EXPECT_TRUE(after.published) << "its entry stays, and with it the state of its schedules";
  EXPECT_EQ(machine.target->LookAgain(), std::nullopt);
  machine.clock.Advance(std::chrono::minutes(60));
  Pass();
  EXPECT_THAT(machine.host.Living(), IsEmpty());
  machine.Restart();
  EXPECT_EQ(Pass(Wants({Server("a", kA)})).state, ServerState::kFailed);
  EXPECT_EQ(Only().state, ServerState::kReady) << "git has it after all";
}

TEST_F(Adoption, OneThatHangsIsNotEndedWhereItCouldNotBeStartedAgain) {
  const ObservedServer before = Serving(Server("a", kA));
  LoseInventory();
  machine.client.servers[before.address.socket].hangs = true;
  Pass();
  machine.clock.Advance(std::chrono::minutes(10));
  Pass();
  Pass();
  EXPECT_THAT(machine.host.processes.at(before.pid).signals, IsEmpty());
  Pass(Wants({Server("a", kA)}));
  EXPECT_THAT(machine.host.processes.at(before.pid).signals, ElementsAre(SIGTERM)) << "now it could";
}

TEST_F(Adoption, WhyOneDoesNotLoadIsNotToldWhileItsSecretsAreNotKnown) {
  const ObservedServer before = Serving(Server("a", kA));
  LoseInventory();
  machine.client.servers[before.address.socket].error = "KeyError: p4ssw0rd";
  const ObservedServer after = Only();
  EXPECT_EQ(after.state, ServerState::kBroken);
  EXPECT_THAT(after.reason, Not(HasSubstr("p4ssw0rd")));
  EXPECT_THAT(after.reason, HasSubstr("do not load"));
}

TEST_F(Adoption, WantedItIsReadyAllTheTimeAndStartedAgainLikeAnyOther) {
  const ObservedServer before = Serving(Server("a", kA));
  LoseInventory();
  const Desired desired = Wants({Server("a", kA)});
  EXPECT_EQ(Pass(desired).state, ServerState::kReady);
  EXPECT_EQ(Pass(desired).state, ServerState::kReady);
  EXPECT_EQ(Only().address.location_name, "a shown");
  Die(before);
  Pass(desired);
  const ObservedServer after = Only();
  EXPECT_EQ(after.state, ServerState::kReady);
  EXPECT_NE(after.pid, before.pid);
  EXPECT_THAT(CodeServers().at(0)->what.arguments, Contains("definitions"));
}

TEST_F(Adoption, ShutDownBeforeTheFirstLookEndsWhatTheFileNames) {
  Serving(Server("a", kA));
  LoseInventory();
  machine.target->ShutdownAll(seconds(1), [](Duration) {});
  EXPECT_THAT(machine.host.Living(), IsEmpty());
  machine.Restart();
  EXPECT_TRUE(Only().published) << "the next life knows of it";
}

TEST_F(Adoption, APublishedFileThatCannotBeReadStopsEverythingUntilItCan) {
  const ObservedServer before = Serving(Server("a", kA));
  LoseInventory();
  machine.disk.failing["/state/workspace/daemon.yaml"] = {ErrorKind::kRetry, "disk-failed", "d", "no rights", ""};
  EXPECT_FALSE(machine.target->Observe());
  EXPECT_FALSE(machine.target->Maintain({}));
  machine.disk.failing.clear();
  EXPECT_EQ(Only().pid, before.pid);
}

TEST_F(Adoption, ATakenOverServerHasItsCodeAndItsVariablesOnRecordToo) {
  DesiredServer wanted = Proven("a", kA);
  wanted.process.env_file = "/etc/a.env";
  machine.disk.Put("/etc/a.env", "KEY=value\n");
  const ObservedServer before = Serving(wanted);
  Maintain();
  LoseInventory();
  Observe();
  Start(wanted);
  EXPECT_THAT(machine.disk.files.at("/state/servers.json").text, HasSubstr("\"codeFolder\":\"/trees/tree-a\""));
  Die(before);
  Pass();
  Pass();
  EXPECT_EQ(Only().state, ServerState::kReady) << "how it ended is not known, so it is started again at once";
  EXPECT_NE(Only().pid, before.pid);
}

TEST_F(Adoption, AnOrphanThatHasNoSocketIsReplaced) {
  machine.boots_at_once = false;
  Start(Server("a", kA));
  const long long orphan = Only().pid;
  machine.boots_at_once = true;
  LoseInventory();
  Observe();
  Start(Proven("a", kA));
  EXPECT_THAT(machine.host.processes.at(orphan).signals, ElementsAre(SIGTERM));
  Pass();
  EXPECT_EQ(Only().state, ServerState::kReady);
  EXPECT_NE(Only().pid, orphan);
  EXPECT_THAT(CodeServers(), SizeIs(1));
}

TEST_F(Adoption, KilledInTheMidstOfTakingOverItGoesOnLater) {
  const ObservedServer a = Serving(Server("a", kA));
  Start(Server("b", kB));
  Maintain();
  LoseInventory();
  Observe();
  KillBehind("disk.Write /state/servers.json",
             [&] { static_cast<void>(machine.target->Apply(FakeMachine::StartItem(Proven("a", kA)))); });
  Observe();
  Start(Proven("b", kB));
  Maintain();
  const Observed observed = Observe();
  ASSERT_THAT(observed.servers, SizeIs(2));
  EXPECT_EQ(observed.servers[0].pid, a.pid);
  EXPECT_EQ(observed.servers[0].state, ServerState::kReady);
  EXPECT_EQ(observed.servers[1].state, ServerState::kReady);
  EXPECT_THAT(machine.host.processes, SizeIs(2));
}

TEST_F(Adoption, WhatAStoppedServerLeftBehindIsNotTheServer) {
  const ObservedServer before = Serving(Server("a", kA));
  machine.host.AddWorker(before.pid, true);
  Maintain();
  Publish({});
  Observe();
  machine.clock.Advance(seconds(100));
  Stop(Server("a", kA));
  Maintain();
  machine.Restart();
  Observe();
  Start(Server("a", kA));
  Pass();
  EXPECT_EQ(Only().state, ServerState::kReady);
}

TEST_F(Adoption, StraysAreLookedForOnce) {
  Maintain();
  machine.faults.Arm(Faults::Kind::kFail, 0);
  Maintain();
  EXPECT_THAT(machine.faults.calls, Not(Contains("host.FindByEnvironment")));
}

TEST_F(Adoption, ProcessesOfAnotherEnvironmentAreNoneOfOurs) {
  Serving(Server("a", kA));
  const long long pid = Only().pid;
  machine.options.state_dir = "/other";
  machine.options.runtime_dir = "/run/other";
  machine.Restart();
  EXPECT_THAT(Observe().servers, IsEmpty());
  Maintain();
  EXPECT_THAT(machine.host.processes.at(pid).signals, IsEmpty());
}

TEST_F(Adoption, AStopThatWasCutShortIsNotUndone) {
  Start(Server("a", kA));
  Only();
  KillBehind("host.Signal", [&] { static_cast<void>(machine.target->Apply(FakeMachine::StopItem(Server("a", kA)))); });
  EXPECT_EQ(Pass().state, ServerState::kStopping);
  EXPECT_THAT(Observe().servers, IsEmpty());
  EXPECT_THAT(machine.host.processes, SizeIs(1)) << "it was not brought back in between";
}

TEST_F(Adoption, AnInventoryThatCannotBeReadStopsEverythingAndLosesNothing) {
  Serving(Server("a", kA));
  machine.disk.Put("/state/servers.json", "{");
  machine.Restart();
  EXPECT_EQ(machine.target->Observe().error().code, "inventory-unreadable");
  EXPECT_FALSE(machine.target->Maintain({}));
  EXPECT_FALSE(machine.target->Apply(FakeMachine::StartItem(Server("b", kB))));
  EXPECT_EQ(machine.disk.files.at("/state/servers.json").text, "{");
  EXPECT_THAT(machine.host.Living(), SizeIs(1));
}

TEST_F(Adoption, BesideTheHolderAnotherProcessLooksAndChangesNothing) {
  machine.boots_at_once = false;
  Serving(Server("a", kA));
  const auto files = machine.disk.written.size();
  LocalProcessTarget onlooker(
      machine.options, {machine.host, machine.commands, machine.client, machine.code, machine.disk, machine.clock});
  EXPECT_TRUE(onlooker.Observe());
  machine.Boot(Only().address.socket);
  EXPECT_EQ(onlooker.Observe()->servers.at(0).state, ServerState::kReady);
  Die(Only());
  EXPECT_TRUE(onlooker.Observe());
  EXPECT_EQ(machine.disk.written.size(), files);
  EXPECT_THAT(machine.host.processes, SizeIs(1));
}

}  // namespace
}  // namespace dagitops::local_process
