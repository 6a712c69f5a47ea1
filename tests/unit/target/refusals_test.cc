// Servers that cannot be started: what is told, and what is tried again.

#include "support/case_name.h"
#include "unit/target/target_fixture.h"

namespace dagitops::local_process {
namespace {

using std::chrono::seconds;
using support::FakeMachine;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct Refusal {
  std::string name;
  std::function<void(FakeMachine&, DesiredServer&)> prepare;
  std::string says;
};

class Refusals : public TargetFixture, public testing::WithParamInterface<Refusal> {};

// A world that is wrong in a way only a person can mend.
TEST_P(Refusals, FailTheServerAndSayWhy) {
  DesiredServer server = Server("a", kA);
  GetParam().prepare(machine, server);
  Start(server);
  const ObservedServer observed = Pass();
  EXPECT_EQ(observed.state, ServerState::kFailed);
  EXPECT_THAT(observed.reason, HasSubstr(GetParam().says));
  EXPECT_EQ(observed.pid, 0);
  machine.clock.Advance(seconds(1000));
  Pass();
  EXPECT_THAT(machine.host.processes, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Of, Refusals,
    testing::Values(Refusal{"Code",
                            [](FakeMachine& machine, DesiredServer&) {
                              machine.code.failing["tree-a"] = {ErrorKind::kInvalid, "lfs-pointer", "a/data.bin",
                                                                "is an LFS pointer", ""};
                            },
                            "a/data.bin: is an LFS pointer"},
                    Refusal{"Interpreter",
                            [](FakeMachine& machine, DesiredServer& server) {
                              server.process.python = "/no/python";
                              machine.host.failing["/no/python"] = {ErrorKind::kInvalid, "program-not-found",
                                                                    "/no/python", "there is no such program", ""};
                            },
                            "/no/python: there is no such program"},
                    Refusal{"MissingEnvFile",
                            [](FakeMachine&, DesiredServer& server) { server.process.env_file = "/etc/a.env"; },
                            "/etc/a.env: there is no such file on this machine"},
                    Refusal{"BadEnvFile",
                            [](FakeMachine& machine, DesiredServer& server) {
                              server.process.env_file = "/etc/a.env";
                              machine.disk.Put("/etc/a.env", "A=1\nwhat\n");
                            },
                            "/etc/a.env:2"}),
    support::CaseName{});

class Hiccups : public TargetFixture {};

TEST_F(Hiccups, OfTheCodeStoreAreTriedAgainWithPauses) {
  machine.code.failing["tree-a"] = {ErrorKind::kRetry, "busy", "tree", "is busy", ""};
  Start(Server("a", kA));
  EXPECT_EQ(Pass().state, ServerState::kStarting);
  EXPECT_THAT(Only().reason, HasSubstr("is busy; to be started at"));
  EXPECT_EQ(machine.target->LookAgain(), seconds(1));
  machine.clock.Advance(seconds(1));
  Pass();
  EXPECT_EQ(machine.target->LookAgain(), seconds(2));
  machine.code.failing.clear();
  machine.clock.Advance(seconds(2));
  Pass();
  EXPECT_EQ(Only().state, ServerState::kReady);
}

TEST_F(Hiccups, OfAProvenServerAreNeverTakenForItsEnd) {
  const ObservedServer server = Serving(Server("a", kA));
  machine.code.failing["tree-a"] = {ErrorKind::kInvalid, "broken", "tree", "is broken", ""};
  Die(server);
  Pass();
  machine.clock.Advance(seconds(1));
  Pass();
  EXPECT_EQ(Only().state, ServerState::kStarting);
  machine.code.failing.clear();
  machine.clock.Advance(seconds(10));
  Pass();
  EXPECT_EQ(Only().state, ServerState::kReady);
}

TEST_F(Hiccups, OfTheDiskStopAStartBeforeItHappens) {
  Maintain();
  machine.disk.failing["/state/servers.json"] = {ErrorKind::kRetry, "disk-failed", "/state/servers.json", "no space",
                                                 ""};
  EXPECT_FALSE(machine.target->Apply(FakeMachine::StartItem(Server("a", kA))));
  EXPECT_THAT(machine.host.processes, IsEmpty());
  machine.disk.failing.clear();
  Start(Server("a", kA));
  EXPECT_EQ(Only().state, ServerState::kReady);
}

TEST_F(Hiccups, OfTheDiskStopAStopBeforeItHappens) {
  Start(Server("a", kA));
  Only();
  machine.disk.failing["/state/servers.json"] = {ErrorKind::kRetry, "disk-failed", "/state/servers.json", "no space",
                                                 ""};
  EXPECT_FALSE(machine.target->Apply(FakeMachine::StopItem(Server("a", kA))));
  EXPECT_EQ(Only().state, ServerState::kReady);
}

TEST_F(Hiccups, OfTheDiskAreNeverTakenForEmptiness) {
  Serving(Server("a", kA));
  for (const std::string path : {"/state/workspace/webserver.yaml", "/state/workspace/daemon.yaml", "/run/dagitops"}) {
    machine.disk.failing[path] = {ErrorKind::kRetry, "disk-failed", path, "I/O error", ""};
    EXPECT_FALSE(machine.target->Observe()) << path;
    machine.disk.failing.clear();
  }
  EXPECT_TRUE(Only().published);
}

TEST_F(Hiccups, OfPublishingLeaveTheOldFile) {
  Serving(Server("a", kA));
  const std::string before = *Observe().published;
  machine.disk.failing["/state/workspace/webserver.yaml"] = {ErrorKind::kRetry, "disk-failed", "w", "no space", ""};
  EXPECT_FALSE(machine.target->Apply(FakeMachine::PublishItem("load_from: []\n")));
  machine.disk.failing.clear();
  EXPECT_EQ(Observe().published, before);
}

}  // namespace
}  // namespace dagitops::local_process
