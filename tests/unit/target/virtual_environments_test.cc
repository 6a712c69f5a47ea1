// Locations with requirements: their virtual environments are made, shared, kept and removed.

#include "unit/target/target_fixture.h"

namespace dagitops::local_process {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using support::FakeCommandRunner;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class Venvs : public TargetFixture {
 protected:
  Venvs() {
    for (const char* tree : {"tree-a", "tree-b"}) {
      machine.disk.Put("/trees/" + std::string(tree) + "/sub/requirements.txt", "dagster\n");
    }
  }

  static DesiredServer WithRequirements(const std::string& location, const std::string& content) {
    DesiredServer server = Server(location, content);
    server.process.requirements = "sub/requirements.txt";
    return server;
  }

  std::vector<Process*> Builds() { return machine.host.LivingWith("/bin/sh"); }
  static std::string FolderOf(const Process& build) { return build.what.arguments.at(5); }

  // Ends a build as it ends when all went well.
  void Finish(Process& build) {
    machine.disk.Put(FolderOf(build) + "/.dagitops-complete", "");
    machine.host.End(build.identity.pid, {0, 0});
  }
};

TEST_F(Venvs, AreMadeInTheBackgroundBeforeTheServerStarts) {
  Start(WithRequirements("a", kA));
  ASSERT_THAT(Builds(), SizeIs(1));
  EXPECT_THAT(CodeServers(), IsEmpty());
  machine.disk.Append(Builds()[0]->what.log_file, "Collecting dagster\n");
  machine.clock.Advance(seconds(7));
  Pass();
  const ObservedServer server = Only();
  EXPECT_EQ(server.state, ServerState::kPreparing);
  EXPECT_EQ(server.reason, "making its Python environment for 7s: Collecting dagster");
  EXPECT_EQ(machine.target->LookAgain(), std::chrono::milliseconds(250));
  EXPECT_THAT(Builds(), SizeIs(1));

  const std::string folder = FolderOf(*Builds()[0]);
  Finish(*Builds()[0]);
  Pass();
  EXPECT_EQ(Only().state, ServerState::kReady);
  EXPECT_EQ(CodeServers().at(0)->what.arguments.front(), folder + "/bin/python");
  EXPECT_THAT(CodeServers().at(0)->what.environment.at("PATH"), HasSubstr(folder + "/bin:"));
}

TEST_F(Venvs, AreMadeByPipWhereThereIsNoUv) {
  Start(WithRequirements("a", kA));
  const BackgroundProcess& build = Builds().at(0)->what;
  EXPECT_THAT(build.arguments.at(2), AllOf(HasSubstr("-m venv"), HasSubstr("-m pip install")));
  EXPECT_EQ(build.arguments.at(4), "/venv/bin/python");
  EXPECT_EQ(build.arguments.at(6), "/trees/tree-a/sub/requirements.txt");
  EXPECT_EQ(build.working_directory, "/trees/tree-a/sub");
  EXPECT_EQ(build.environment.at("PIP_INDEX"), "x");
}

TEST_F(Venvs, AreMadeByTheUvBesideTheInterpreter) {
  machine.commands.answer = [](const Command& command) -> Result<CommandResult> {
    if (command.arguments.front() == "uv") return Error{ErrorKind::kInvalid, "program-not-found", "uv", "", ""};
    return FakeCommandRunner::Said("x");
  };
  Start(WithRequirements("a", kA));
  EXPECT_THAT(Builds().at(0)->what.arguments.at(2),
              AllOf(HasSubstr("pip install --python"), HasSubstr("--compile-bytecode")));
  EXPECT_EQ(Builds().at(0)->what.arguments.at(7), "/venv/bin/uv");
}

TEST_F(Venvs, AreMadeByTheUvOfPath) {
  machine.commands.answer = [](const Command& command) -> Result<CommandResult> {
    if (command.arguments.front().ends_with("/uv"))
      return Error{ErrorKind::kInvalid, "program-not-found", "uv", "", ""};
    return FakeCommandRunner::Said("x");
  };
  Start(WithRequirements("a", kA));
  EXPECT_EQ(Builds().at(0)->what.arguments.at(7), "uv");
}

TEST_F(Venvs, AreSharedByLocationsThatNeedTheSame) {
  Start(WithRequirements("a", kA));
  Start(WithRequirements("b", kB));
  ASSERT_THAT(Builds(), SizeIs(1));
  Finish(*Builds()[0]);
  Observe();
  Maintain();
  EXPECT_THAT(CodeServers(), SizeIs(2));
}

TEST_F(Venvs, OnceMadeAreUsedAtOnce) {
  Start(WithRequirements("a", kA));
  Finish(*Builds()[0]);
  Start(WithRequirements("b", kB));
  EXPECT_THAT(CodeServers(), SizeIs(1));
  EXPECT_THAT(Builds(), IsEmpty());
}

TEST_F(Venvs, AreMadeAnewForAnotherInterpreterOrOtherRequirements) {
  Start(WithRequirements("a", kA));
  const std::string first = FolderOf(*Builds()[0]);
  Finish(*Builds()[0]);
  machine.disk.Put("/trees/tree-b/sub/requirements.txt", "dagster\npandas\n");
  Start(WithRequirements("b", kB));
  ASSERT_THAT(Builds(), SizeIs(1));
  EXPECT_NE(FolderOf(*Builds()[0]), first);
}

TEST_F(Venvs, ThatCannotBeMadeFailTheServerWithWhatWasSaid) {
  Start(WithRequirements("a", kA));
  machine.disk.Append(Builds()[0]->what.log_file,
                      "Looking in indexes\nERROR: No matching distribution found for dagstre\n");
  machine.host.End(Builds()[0]->identity.pid, {1, 0});
  Pass();
  const ObservedServer server = Only();
  EXPECT_EQ(server.state, ServerState::kFailed);
  EXPECT_THAT(server.reason, AllOf(HasSubstr("its making ended with exit code 1"),
                                   HasSubstr("ERROR: No matching distribution found for dagstre")));
  Pass();
  EXPECT_THAT(Builds(), IsEmpty()) << "it is not tried again by itself";
}

TEST_F(Venvs, ThatCouldNotBeMadeAreTriedAnewForANewServer) {
  Start(WithRequirements("a", kA));
  machine.host.End(Builds()[0]->identity.pid, {1, 0});
  Pass();
  Stop(WithRequirements("a", kA));
  Start(WithRequirements("a", kA));
  EXPECT_THAT(Builds(), SizeIs(1));
}

TEST_F(Venvs, HalfMadeAreNeverUsedButRemovedFirst) {
  Start(WithRequirements("a", kA));
  const std::string folder = FolderOf(*Builds()[0]);
  machine.disk.Put(folder + "/bin/python", "half");
  machine.Restart();
  machine.host.End(Builds()[0]->identity.pid, {0, 0});
  Pass();
  EXPECT_EQ(Only().state, ServerState::kPreparing);
  EXPECT_FALSE(machine.disk.Has(folder + "/bin/python"));
  EXPECT_THAT(Builds(), SizeIs(1)) << "nobody saw how it ended, so it is tried again";
}

TEST_F(Venvs, ThatAnEarlierLifeIsMakingAreWaitedFor) {
  Start(WithRequirements("a", kA));
  machine.Restart();
  Pass();
  ASSERT_THAT(Builds(), SizeIs(1));
  EXPECT_THAT(machine.host.processes, SizeIs(1));
  Finish(*Builds()[0]);
  Pass();
  EXPECT_EQ(Only().state, ServerState::kReady);
}

TEST_F(Venvs, WhoseMakingTakesForEverAreGivenUp) {
  Start(WithRequirements("a", kA));
  machine.clock.Advance(minutes(30));
  Pass();
  EXPECT_THAT(Builds(), IsEmpty()) << "SIGTERM";
  Pass();
  EXPECT_THAT(Only().reason, HasSubstr("its making took longer than 30m"));
  EXPECT_EQ(Only().state, ServerState::kFailed);
}

TEST_F(Venvs, AreMadeTwoAtATime) {
  for (const std::string name : {"a", "b", "c"}) {
    machine.disk.Put("/trees/tree-" + name + "/sub/requirements.txt", name + "\n");
    Start(WithRequirements(name, std::string(16, name[0])));
  }
  EXPECT_THAT(Builds(), SizeIs(2));
  EXPECT_THAT(Observe().servers.at(2).reason, HasSubstr("waits until other"));
  Finish(*Builds()[0]);
  Observe();
  Maintain();
  Observe();
  Maintain();
  EXPECT_THAT(Builds(), SizeIs(2));
}

TEST_F(Venvs, ThatNobodyWantsAnyMoreAreNotMadeOn) {
  Start(WithRequirements("a", kA));
  Stop(WithRequirements("a", kA));
  Maintain();
  EXPECT_THAT(Builds(), IsEmpty());
  Maintain();
  EXPECT_THAT(Observe().servers, IsEmpty());
}

TEST_F(Venvs, UnusedForAWeekAreRemoved) {
  Start(WithRequirements("a", kA));
  const std::string folder = FolderOf(*Builds()[0]);
  Finish(*Builds()[0]);
  Pass();
  machine.clock.Advance(hours(24 * 8));
  Pass();
  EXPECT_TRUE(machine.disk.Has(folder)) << "a server uses it";
  Stop(WithRequirements("a", kA));
  Maintain();
  machine.clock.Advance(minutes(2));
  Maintain();
  EXPECT_FALSE(machine.disk.Has(folder));
}

TEST_F(Venvs, UsedWithinTheWeekAreKept) {
  Start(WithRequirements("a", kA));
  const std::string folder = FolderOf(*Builds()[0]);
  Finish(*Builds()[0]);
  Pass();
  Stop(WithRequirements("a", kA));
  Maintain();
  machine.clock.Advance(hours(24 * 6));
  Start(WithRequirements("b", kB));
  Stop(WithRequirements("b", kB));
  Maintain();
  machine.clock.Advance(hours(24 * 6));
  Maintain();
  EXPECT_TRUE(machine.disk.Has(folder));
}

TEST_F(Venvs, WithoutTheFileTheServerFails) {
  DesiredServer server = WithRequirements("a", kA);
  server.process.requirements = "nowhere.txt";
  Start(server);
  EXPECT_EQ(Only().state, ServerState::kFailed);
  EXPECT_THAT(Only().reason, AllOf(HasSubstr("nowhere.txt"), HasSubstr("dagitops.local.requirements")));
}

TEST_F(Venvs, WithoutAnInterpreterTheServerFails) {
  machine.commands.answer = [](const Command&) -> Result<CommandResult> {
    return Error{ErrorKind::kInvalid, "program-not-found", "/venv/bin/python", "there is no such program", ""};
  };
  Start(WithRequirements("a", kA));
  EXPECT_EQ(Only().state, ServerState::kFailed);
  EXPECT_THAT(Only().reason, HasSubstr("there is no such program"));
}

TEST_F(Venvs, AskTheInterpreterOnceAMinute) {
  Start(WithRequirements("a", kA));
  const auto asked = machine.commands.commands.size();
  for (int i = 0; i < 10; ++i) Pass();
  EXPECT_EQ(machine.commands.commands.size(), asked);
  machine.clock.Advance(seconds(61));
  Pass();
  EXPECT_GT(machine.commands.commands.size(), asked);
}

}  // namespace
}  // namespace dagitops::local_process
