#include "dagitops/reconcile/environment_reconciler.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "unit/reconcile/daemon_fixture.h"

namespace dagitops::reconcile {
namespace {

TEST_F(Daemon, LoadsWhatIsCommitted) {
  source.Commit(Files({"a", "b", "c"}));
  Settle(5);
  EXPECT_EQ(Loaded(), (Names{"a", "b", "c"}));
  EXPECT_TRUE(Is("Ready"));
  EXPECT_FALSE(Is("Reconciling"));
  EXPECT_EQ(StatusOf("a").phase, LocationPhase::kLoaded);
  EXPECT_EQ(StatusOf("a").author, "Ada <Ada@example.com>");
}

TEST_F(Daemon, SecondPassChangesNothing) {
  source.Commit(Files({"a", "b"}));
  Settle(5);
  const auto applied = dagster.applied.size();
  const int saves = store.saves;
  Settle(5);
  EXPECT_EQ(dagster.applied.size(), applied);
  EXPECT_EQ(store.saves, saves);
}

TEST_F(Daemon, AddedLocationTouchesNoOtherServer) {
  source.Commit(Files({"a"}));
  Settle(5);
  const std::string before = dagster.Serving("a")->server_id;
  source.Commit(Files({"a", "b"}));
  Settle(5);
  EXPECT_EQ(Loaded(), (Names{"a", "b"}));
  EXPECT_EQ(dagster.Serving("a")->server_id, before);
}

TEST_F(Daemon, ChangedCodeIsServedByANewServerAndTheOldOneGoesLater) {
  auto files = Files({"a"});
  source.Commit(files);
  Settle(5);
  files["code/shared/definitions.py"] = "y";
  source.Commit(files);
  Settle(5);
  EXPECT_EQ(dagster.observed.servers.size(), 2U) << "the daemon may still use the old one";
  EXPECT_EQ(dagster.loaded.at("a").server_id, dagster.Serving("a")->server_id);
  Settle(100);
  EXPECT_EQ(dagster.observed.servers.size(), 1U);
}

TEST_F(Daemon, BrokenLocationIsHeldAndTheOthersGoOn) {
  source.Commit(Files({"a", "b"}));
  Settle(5);
  const std::string before = dagster.Serving("a")->server_id;
  dagster.broken = {"a"};
  auto files = source.LastFiles();
  files["locations/a.yaml"] = Fragment("nowhere");
  files["locations/b.yaml"] = Fragment("elsewhere");
  const std::string bad = source.Commit(files, "Grace");
  Settle(5);
  EXPECT_EQ(dagster.loaded.at("a").server_id, before);
  EXPECT_EQ(StatusOf("a").phase, LocationPhase::kHeld);
  EXPECT_EQ(StatusOf("a").wanted_revision, bad);
  EXPECT_EQ(StatusOf("a").author, "Grace <Grace@example.com>");
  EXPECT_NE(StatusOf("a").reason.find("ImportError"), std::string::npos);
  EXPECT_EQ(StatusOf("b").phase, LocationPhase::kLoaded);
  EXPECT_EQ(StatusOf("b").wanted_revision, bad);
  EXPECT_TRUE(Is("Stalled"));
}

TEST_F(Daemon, FixIsFollowedAtOnce) {
  source.Commit(Files({"a"}));
  Settle(5);
  dagster.broken = {"a"};
  auto files = source.LastFiles();
  files["locations/a.yaml"] = Fragment("nowhere");
  source.Commit(files);
  Settle(5);
  dagster.broken.clear();
  files["locations/a.yaml"] = Fragment("fixed");
  source.Commit(files);
  Settle(5);
  EXPECT_EQ(StatusOf("a").phase, LocationPhase::kLoaded);
  EXPECT_TRUE(Is("Ready"));
}

TEST_F(Daemon, BrokenVersionIsTriedAgainAfterAMinute) {
  dagster.broken = {"a"};
  source.Commit(Files({"a", "b"}));
  Settle(10);
  EXPECT_EQ(StatusOf("a").phase, LocationPhase::kFailed);
  dagster.broken.clear();
  Settle(30);
  EXPECT_EQ(StatusOf("a").phase, LocationPhase::kFailed) << "not yet";
  Settle(40);
  EXPECT_EQ(StatusOf("a").phase, LocationPhase::kLoaded);
}

TEST_F(Daemon, SlowLocationDelaysNobody) {
  dagster.slow = {"slow"};
  source.Commit(Files({"fast", "slow"}));
  Settle(5);
  EXPECT_EQ(Loaded(), Names{"fast"});
  EXPECT_EQ(StatusOf("slow").phase, LocationPhase::kProgressing);
  dagster.slow.clear();
  Settle(5);
  EXPECT_EQ(Loaded(), (Names{"fast", "slow"}));
}

TEST_F(Daemon, NewerCommitTakesOverFromOneThatIsStillStarting) {
  dagster.slow = {"a"};
  source.Commit(Files({"a"}));
  Settle(3);
  auto files = source.LastFiles();
  files["locations/a.yaml"] = Fragment("second");
  source.Commit(files);
  dagster.slow.clear();
  Settle(5);
  EXPECT_EQ(dagster.observed.servers.size(), 1U) << "the superseded one was never published";
  EXPECT_EQ(StatusOf("a").phase, LocationPhase::kLoaded);
}

TEST_F(Daemon, RemovedLocationLeavesTheFileThenItsServerGoes) {
  source.Commit(Files({"a", "b"}));
  Settle(5);
  source.Commit(Files({"b"}));
  Settle(5);
  EXPECT_EQ(Loaded(), Names{"b"});
  EXPECT_EQ(dagster.observed.servers.size(), 2U);
  Settle(120);
  EXPECT_EQ(dagster.observed.servers.size(), 1U);
  EXPECT_FALSE(store.state->locations.contains("a"));
}

TEST_F(Daemon, DeletionOfFourOfTenWaitsForApproval) {
  source.Commit(Files({"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}));
  Settle(5);
  source.Commit(Files({"a", "b", "c", "d", "e", "f"}));
  Settle(5);
  EXPECT_EQ(Loaded().size(), 10U);
  EXPECT_EQ(store.status->waiting_removals, (Names{"g", "h", "i", "j"}));
  Ask(Request::Kind::kApprove);
  Settle(5);
  EXPECT_TRUE(store.answers.back().accepted);
  EXPECT_EQ(Loaded().size(), 6U);
}

TEST_F(Daemon, TrailerAllowsTheDeletion) {
  source.Commit(Files({"a", "b", "c", "d"}));
  Settle(5);
  source.Commit(Files({"a", "b"}), "Ada", 2);
  Settle(120);
  EXPECT_EQ(Loaded(), (Names{"a", "b"}));
  EXPECT_EQ(dagster.observed.servers.size(), 2U);
}

TEST_F(Daemon, DivergedHeadRemovesNothing) {
  source.Commit(Files({"a", "b", "c", "d", "e"}));
  Settle(5);
  source.diverged = true;
  source.Commit(Files({"a", "b", "c", "d"}));
  Settle(5);
  EXPECT_EQ(Loaded().size(), 5U);
  EXPECT_EQ(StatusOf("e").phase, LocationPhase::kRemovalWaiting);
}

TEST_F(Daemon, MissingBranchIsToldAndNothingChanges) {
  source.Commit(Files({"a", "b"}));
  Settle(5);
  source.head = {BranchHead::State::kBranchMissing, {}};
  Settle(5);
  EXPECT_EQ(Loaded(), (Names{"a", "b"}));
  EXPECT_TRUE(Is("Stalled"));
  EXPECT_FALSE(Is("Ready"));
}

TEST_F(Daemon, BrokenDagitopsYamlChangesNothing) {
  source.Commit(Files({"a", "b"}));
  Settle(5);
  auto files = Files({"a"});
  files["dagitops.yaml"] = "schemaVersion: [";
  source.Commit(files);
  Settle(5);
  EXPECT_EQ(Loaded(), (Names{"a", "b"}));
}

TEST_F(Daemon, FragmentThatNoLongerParsesIsHeldUnderItsName) {
  source.Commit(Files({"a", "b"}));
  Settle(5);
  auto files = source.LastFiles();
  files["locations/a.yaml"] = "dagitops: [";
  source.Commit(files, "Grace");
  Settle(5);
  EXPECT_EQ(Loaded(), (Names{"a", "b"}));
  EXPECT_EQ(StatusOf("a").phase, LocationPhase::kHeld);
  EXPECT_EQ(StatusOf("a").author, "Grace <Grace@example.com>");
}

TEST_F(Daemon, DecisionsAreSavedBeforeTheFirstChange) {
  source.Commit(Files({"a"}));
  bool saved = false;
  dagster.before_apply = [&](const PlanItem&) { saved = store.state.has_value() && store.state->applied.has_value(); };
  Pass();
  EXPECT_TRUE(saved);
}

TEST_F(Daemon, RestartAdoptsWhatRuns) {
  source.Commit(Files({"a", "b"}));
  Settle(5);
  const auto applied = dagster.applied.size();
  Restart();
  Settle(5);
  EXPECT_EQ(dagster.applied.size(), applied);
  EXPECT_TRUE(Is("Ready"));
}

TEST_F(Daemon, LostStateRemovesNothingAndIsLearntAnew) {
  source.Commit(Files({"a", "b"}));
  Settle(5);
  source.Commit(Files({"a"}));
  store.state.reset();
  Restart();
  Settle(5);
  EXPECT_EQ(Loaded(), (Names{"a", "b"}));
  EXPECT_EQ(StatusOf("b").phase, LocationPhase::kRemovalWaiting);
  EXPECT_EQ(StatusOf("a").phase, LocationPhase::kLoaded);
}

TEST_F(Daemon, LostStateKeepsWhatRunsUntilTheNewVersionIsProven) {
  source.Commit(Files({"a", "b"}));
  Settle(5);
  const std::string before = dagster.Serving("a")->content;
  auto files = Files({"a", "b"});
  files["locations/a.yaml"] = Fragment("changed");
  files["locations/b.yaml"] = Fragment("changed");
  source.Commit(files);
  store.state.reset();
  dagster.broken = {"a"};
  Restart();
  Settle(300);
  EXPECT_EQ(Loaded(), (Names{"a", "b"}));
  ASSERT_NE(dagster.Serving("a"), nullptr);
  EXPECT_EQ(dagster.Serving("a")->content, before) << "what fails is held at what runs";
  dagster.broken.clear();
  Settle(800);
  EXPECT_NE(dagster.Serving("a")->content, before) << "tried again after its time";
  EXPECT_EQ(dagster.observed.servers.size(), 2U);
}

TEST_F(Daemon, EverythingDeletedAfterTheStateWasLostWaitsForAPerson) {
  source.Commit(Files({"a", "b", "c"}));
  Settle(5);
  store.state.reset();
  dagster.webservers.clear();  // so that nothing is proven
  Restart();
  Settle(5);
  source.Commit(Files({}));
  Settle(5);
  EXPECT_EQ(store.status->waiting_removals.size(), 3U);
  EXPECT_TRUE(dagster.Serving("a") != nullptr && dagster.Serving("b") != nullptr);
}

TEST_F(Daemon, PauseDuringARemovalNeitherEndsNorUndoesIt) {
  source.Commit(Files({"a", "b"}));
  Settle(5);
  source.Commit(Files({"b"}));
  Settle(5);
  const std::string published = *dagster.observed.published;
  Ask(Request::Kind::kPause);
  Settle(150);
  EXPECT_EQ(*dagster.observed.published, published);
  EXPECT_EQ(dagster.observed.servers.size(), 2U);
  Ask(Request::Kind::kResume);
  Settle(5);
  EXPECT_EQ(dagster.observed.servers.size(), 1U);
}

TEST_F(Daemon, UnreadableRevisionDuringARemovalBringsNothingBack) {
  source.Commit(Files({"a", "b"}));
  Settle(5);
  source.Commit(Files({"b"}));
  Settle(5);
  const std::string published = *dagster.observed.published;
  auto files = Files({"b"});
  files["dagitops.yaml"] = "schemaVersion: [";
  source.Commit(files);
  Settle(5);
  EXPECT_EQ(*dagster.observed.published, published);
}

TEST_F(Daemon, PauseLeavesAServerThatIsPublishedAndNotProvenAsItIs) {
  source.Commit(Files({"a"}));
  Settle(5);
  dagster.webservers.clear();
  auto files = Files({"a"});
  files["locations/a.yaml"] = Fragment("changed");
  source.Commit(files);
  Settle(4);
  const std::string published = *dagster.observed.published;
  Ask(Request::Kind::kPause);
  Settle(150);
  EXPECT_EQ(*dagster.observed.published, published);
  EXPECT_EQ(dagster.observed.servers.size(), 2U);
}

// Renames a fragment and keeps its name in Dagster.
FakeSource::Files WithRenamed(FakeSource::Files files, const std::string& from, const std::string& to) {
  files["locations/" + to + ".yaml"] = files["locations/" + from + ".yaml"] + "  locationName: " + from + "\n";
  files.erase("locations/" + from + ".yaml");
  return files;
}

TEST_F(Daemon, RenamedFragmentThatKeepsItsNameInDagsterIsNeverMissing) {
  source.Commit(Files({"a", "b"}));
  Settle(5);
  source.Commit(WithRenamed(Files({"a", "b"}), "a", "renamed"));
  dagster.before_apply = [&](const PlanItem& item) {
    if (item.action != Action::kPublish) return;
    EXPECT_NE(item.text.find("location_name: \"a\""), std::string::npos) << item.text;
  };
  Settle(150);
  EXPECT_EQ(Loaded(), (Names{"a", "b"}));
  EXPECT_NE(dagster.Serving("renamed"), nullptr);
  EXPECT_FALSE(store.state->locations.contains("a"));
}

TEST_F(Daemon, RenamedFragmentThatDoesNotLoadLeavesTheOldOneServing) {
  source.Commit(Files({"a", "b"}));
  Settle(5);
  dagster.broken = {"renamed"};
  source.Commit(WithRenamed(Files({"a", "b"}), "a", "renamed"));
  Settle(300);
  EXPECT_EQ(Loaded(), (Names{"a", "b"}));
  EXPECT_NE(dagster.Serving("a"), nullptr);
  dagster.broken.clear();
  Settle(800);
  EXPECT_EQ(Loaded(), (Names{"a", "b"}));
  EXPECT_NE(dagster.Serving("renamed"), nullptr);
}

std::string External(const std::string& host) { return "dagitops:\n  external: {host: " + host + ", port: 4000}\n"; }

TEST_F(Daemon, ExternalServerIsPublishedAndProvenByTheWebserver) {
  auto files = Files({"b"});
  files["locations/a.yaml"] = External("far");
  source.Commit(files);
  Settle(5);
  EXPECT_EQ(Loaded(), (Names{"a", "b"}));
  EXPECT_EQ(StatusOf("a").phase, LocationPhase::kLoaded);
}

TEST_F(Daemon, WrongAddressOfAnExternalServerIsNotProvenByTheOldOne) {
  auto files = Files({"b"});
  files["locations/a.yaml"] = External("far");
  source.Commit(files);
  Settle(5);
  files["locations/a.yaml"] = External("wrong");
  dagster.silent_hosts = {"wrong"};
  source.Commit(files);
  Settle(120);
  EXPECT_EQ(StatusOf("a").phase, LocationPhase::kHeld) << StatusOf("a").reason;
  EXPECT_EQ(dagster.loaded["a"].server_id, "id-of-far");
}

TEST_F(Daemon, ExternalServerStaysPublishedWhileItsSuccessorStarts) {
  auto files = Files({"b"});
  files["locations/a.yaml"] = External("far");
  source.Commit(files);
  Settle(5);
  dagster.slow = {"a"};
  source.Commit(Files({"a", "b"}));
  Settle(20);
  EXPECT_EQ(dagster.loaded["a"].server_id, "id-of-far");
  dagster.slow.clear();
  Settle(5);
  EXPECT_NE(dagster.Serving("a"), nullptr);
  EXPECT_EQ(StatusOf("a").phase, LocationPhase::kLoaded);
}

TEST_F(Daemon, ApplyAtAnOlderRevisionGivesItsBytesBackUntilThePlainApply) {
  const std::string first = source.Commit(Files({"a", "b", "c"}));
  Settle(5);
  const std::string bytes = *dagster.observed.published;
  source.Commit(Files({"a", "b", "c", "d"}));
  Settle(5);
  EXPECT_NE(*dagster.observed.published, bytes);
  Ask(Request::Kind::kApply, first);
  Settle(5);
  EXPECT_EQ(*dagster.observed.published, bytes);
  EXPECT_EQ(StatusOf("a").phase, LocationPhase::kPinned);
  source.Commit(Files({"a", "b", "c", "d", "e"}));
  Settle(5);
  EXPECT_EQ(*dagster.observed.published, bytes) << "pinned until the next plain apply";
  Ask(Request::Kind::kApply);
  Settle(5);
  EXPECT_EQ(Loaded().size(), 5U);
}

TEST_F(Daemon, PauseLeavesEverythingAsItIsUntilResumed) {
  source.Commit(Files({"a"}));
  Settle(5);
  Ask(Request::Kind::kPause);
  source.Commit(Files({"a", "b"}));
  Settle(5);
  EXPECT_EQ(Loaded(), Names{"a"});
  Ask(Request::Kind::kResume);
  Settle(5);
  EXPECT_EQ(Loaded(), (Names{"a", "b"}));
}

TEST_F(Daemon, RefusedRequestIsAnswered) {
  source.Commit(Files({"a"}));
  Ask(Request::Kind::kApprove);
  Ask(Request::Kind::kApply, "ffffffff");
  Pass();
  ASSERT_EQ(store.answers.size(), 2U);
  EXPECT_FALSE(store.answers[0].accepted);
  EXPECT_FALSE(store.answers[1].accepted);
  EXPECT_NE(store.answers[1].message.find("no such commit"), std::string::npos);
}

TEST_F(Daemon, HeldRevisionsAreKeptInTheMirror) {
  const std::string good = source.Commit(Files({"a"}));
  Settle(5);
  EXPECT_NE(std::find(source.kept.begin(), source.kept.end(), good), source.kept.end());
}

// A head that is read before the fetch's report could be older than the fetch that the status names.

}  // namespace
}  // namespace dagitops::reconcile
