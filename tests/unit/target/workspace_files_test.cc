// What somebody else writes to the published workspace.yaml.

#include "unit/target/target_fixture.h"

namespace dagitops::local_process {
namespace {

using std::chrono::minutes;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kWebserver = "/state/workspace/webserver.yaml";
constexpr const char* kDaemon = "/state/workspace/daemon.yaml";
constexpr const char* kByHand = "load_from: [{grpc_server: {port: 1}}]\n";

class WorkspaceFiles : public TargetFixture {
 protected:
  std::string Text(const char* file) { return machine.disk.files.at(file).text; }
  static Desired Reporting() {
    Desired desired;
    desired.drift = EnvironmentOptions::Drift::kReport;
    return desired;
  }
};

TEST_F(WorkspaceFiles, WhatWasPublishedIsNotEdited) {
  EXPECT_EQ(Observe().written, "");
  Maintain();
  EXPECT_FALSE(Observe().edited) << "the empty one is ours too";
  Publish({});
  EXPECT_EQ(Observe().written, PublishedDigest(Text(kWebserver)));
  EXPECT_FALSE(Observe().edited);
  machine.Restart();
  EXPECT_EQ(Observe().written, PublishedDigest(Text(kWebserver)));
  EXPECT_FALSE(Observe().edited);
  EXPECT_THAT(Observe().notes, IsEmpty());
}

TEST_F(WorkspaceFiles, OneThatSomebodyChangedIsToldApartAlsoAfterARestart) {
  Publish({});
  machine.disk.Put(kWebserver, kByHand);
  EXPECT_TRUE(Observe().edited);
  machine.Restart();
  EXPECT_TRUE(Observe().edited);
  Maintain();
  EXPECT_EQ(Text(kDaemon), "load_from: []\n") << "a change by hand is not spread";
}

TEST_F(WorkspaceFiles, WritingAnewIsToldForAnHour) {
  Publish({});
  machine.disk.Put(kWebserver, kByHand);
  Observe();
  Publish({});
  EXPECT_EQ(Text(kWebserver), "load_from: []\n");
  EXPECT_FALSE(Observe().edited);
  EXPECT_THAT(Observe().notes, ElementsAre(std::string(kWebserver) + " was changed by hand and is written anew"));
  machine.clock.Advance(minutes(61));
  EXPECT_THAT(Observe().notes, IsEmpty());
}

TEST_F(WorkspaceFiles, OneThatSomebodyRemovedIsToldToo) {
  Publish({});
  static_cast<void>(machine.disk.Remove(kWebserver));
  const Observed observed = Observe();
  EXPECT_FALSE(observed.published);
  EXPECT_NE(observed.written, "");
  Publish({});
  EXPECT_THAT(Observe().notes, ElementsAre(std::string(kWebserver) + " was removed by hand and is written anew"));
}

TEST_F(WorkspaceFiles, TheDaemonsIsBroughtUpToTheWebserversAndThatIsTold) {
  Publish({});
  machine.disk.Put(kDaemon, kByHand);
  EXPECT_FALSE(Observe().edited);
  Maintain();
  EXPECT_EQ(Text(kDaemon), "load_from: []\n");
  EXPECT_THAT(Observe().notes, ElementsAre(std::string(kDaemon) + " was changed by hand and is written anew"));
}

TEST_F(WorkspaceFiles, ReportedOnlyBothStayAsTheyAreUntilTheNextPublish) {
  Publish({});
  Maintain(Reporting());
  machine.disk.Put(kWebserver, kByHand);
  machine.disk.Put(kDaemon, kByHand);
  const std::string left = " was changed by hand; `drift: report` leaves it so until the next publish";
  EXPECT_THAT(Observe().notes, ElementsAre(kWebserver + left, kDaemon + left));
  Maintain(Reporting());
  EXPECT_EQ(Text(kWebserver), kByHand);
  EXPECT_EQ(Text(kDaemon), kByHand);
  Publish({});
  Maintain(Reporting());
  EXPECT_EQ(Text(kDaemon), "load_from: []\n");
  EXPECT_THAT(Observe().notes, ElementsAre(std::string(kWebserver) + " was changed by hand and is written anew"));
}

// Killed behind any write of a publish, again and again: no change of ours is taken for somebody's.
TEST_F(WorkspaceFiles, KilledWhilePublishingNothingLooksEdited) {
  Publish({});
  const std::string other = "load_from: [] # other\n";
  for (const std::string file : {"/state/workspace/written", kWebserver, kDaemon}) {
    SCOPED_TRACE(file);
    machine.faults.ArmAt(support::Faults::Kind::kKillAfter, "disk.Write " + file);
    EXPECT_THROW(static_cast<void>(machine.target->Apply(support::FakeMachine::PublishItem(other))), support::Killed);
    machine.Restart();
    EXPECT_FALSE(Observe().edited);
    Maintain();
    EXPECT_THAT(Observe().notes, IsEmpty());
    Publish({});
  }
}

TEST_F(WorkspaceFiles, AnOlderTextOfOursPutBackByHandIsAnEdit) {
  Publish({});
  const std::string other = "load_from: [] # other\n";
  Apply(support::FakeMachine::PublishItem(other));
  machine.disk.Put(kWebserver, "load_from: []\n");
  EXPECT_TRUE(Observe().edited);
  machine.disk.Put(kWebserver, other);
  machine.Restart();
  EXPECT_FALSE(Observe().edited);
  machine.disk.Put(kWebserver, "load_from: []\n");
  EXPECT_TRUE(Observe().edited);
}

TEST_F(WorkspaceFiles, WithoutKnowingWhatWasWrittenNothingCountsAsEdited) {
  Publish({});
  static_cast<void>(machine.disk.Remove("/state/workspace/written"));
  machine.disk.Put(kWebserver, kByHand);
  machine.Restart();
  EXPECT_FALSE(Observe().edited);
}

}  // namespace
}  // namespace dagitops::local_process
