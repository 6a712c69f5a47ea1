#include "dagitops/reconcile/environment_reconciler.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "dagitops/render/local_process.h"

#include "support/fake_dagster.h"
#include "support/fake_source.h"
#include "support/fake_store.h"

namespace dagitops::reconcile {
namespace {

using support::FakeSource;

constexpr char kRepository[] = "schemaVersion: 1\ndefaultEnvironment: production\nenvironments: {production: {}}\n";

std::string Fragment(const std::string& module = "definitions") {
  return "dagitops:\n  codeSource: {moduleName: " + module + "}\n  local: {path: code/shared}\n";
}

// A daemon made of values: git, target, webserver, state and time are at hand.
class Daemon : public testing::Test {
 protected:
  Daemon() { Restart(); }

  void Restart() {
    EnvironmentSettings settings;
    settings.environment = "production";
    settings.render = [](const Effective& effective) { return render::LocalProcess(effective, {}); };
    reconciler.emplace(EnvironmentSeams{source, source, dagster, dagster, store, store, clock, fetch}, settings);
  }

  static FakeSource::Files Files(const std::vector<std::string>& names) {
    FakeSource::Files files{{"dagitops.yaml", kRepository}, {"code/shared/definitions.py", "x"}};
    for (const std::string& name : names) files["locations/" + name + ".yaml"] = Fragment();
    return files;
  }

  ReconcileResult Pass() {
    dagster.now = clock.now;
    const ReconcileResult result = reconciler->Reconcile();
    clock.now += std::chrono::seconds(1);
    dagster.Tick();
    return result;
  }

  // Passes until nothing is to be done at once; at most 200 (servers outlive their publication by 90 s).
  void Settle(int passes = 200) {
    for (int i = 0; i < passes; ++i) Pass();
  }

  std::vector<std::string> Loaded() const {
    std::vector<std::string> names;
    for (const auto& [name, location] : dagster.loaded) names.push_back(name);
    return names;
  }

  const LocationStatus& StatusOf(const std::string& name) const {
    for (const LocationStatus& location : store.status->locations) {
      if (location.name == name) return location;
    }
    ADD_FAILURE() << "no status of " << name;
    static const LocationStatus kNone;
    return kNone;
  }

  bool Is(const std::string& condition) const {
    for (const Condition& c : store.status->conditions) {
      if (c.type == condition) return c.truth == Condition::Truth::kTrue;
    }
    return false;
  }

  void Ask(Request::Kind kind, const std::string& revision = "") {
    store.requests.push_back({"q" + std::to_string(++asked_), kind, "production", {}, revision});
  }

  FakeSource source;
  support::FakeDagster dagster;
  support::FakeStore store;
  support::FakeClock clock;
  SharedFetchReport fetch;
  std::optional<EnvironmentReconciler> reconciler;

 private:
  int asked_ = 0;
};

using Names = std::vector<std::string>;

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

TEST_F(Daemon, UnreadableRepositoryIsToldAndNothingChanges) {
  source.Commit(Files({"a", "b"}));
  Settle(5);
  source.failing = Error{ErrorKind::kRetry, "git-corrupt", "mirror", "cannot be read", ""};
  Restart();
  Settle(5);
  EXPECT_EQ(Loaded(), (Names{"a", "b"}));
  EXPECT_FALSE(Is("Ready"));
  source.failing.reset();
  Settle(5);
  EXPECT_TRUE(Is("Ready"));
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

TEST_F(Daemon, UnobservableTargetIsNeverTakenForAnEmptyOne) {
  source.Commit(Files({"a"}));
  Settle(5);
  const auto applied = dagster.applied.size();
  dagster.failing = Error{ErrorKind::kRetry, "proc", "target", "cannot be listed", ""};
  EXPECT_TRUE(Pass().error);
  EXPECT_EQ(dagster.applied.size(), applied);
  EXPECT_FALSE(Is("Ready"));
}

TEST_F(Daemon, OneFailingItemStopsNoOther) {
  dagster.failing_items = {"a"};
  source.Commit(Files({"a", "b"}));
  Settle(5);
  EXPECT_EQ(Loaded(), Names{"b"});
  dagster.failing_items.clear();
  Settle(5);
  EXPECT_EQ(Loaded(), (Names{"a", "b"}));
}

TEST_F(Daemon, DecisionsAreSavedBeforeTheFirstChange) {
  source.Commit(Files({"a"}));
  bool saved = false;
  dagster.before_apply = [&](const PlanItem&) { saved = store.state.has_value() && store.state->applied.has_value(); };
  Pass();
  EXPECT_TRUE(saved);
}

TEST_F(Daemon, StateThatCannotBeSavedChangesNothing) {
  source.Commit(Files({"a"}));
  store.failing = Error{ErrorKind::kStalled, "state-newer", "state", "newer than this program", ""};
  Pass();
  EXPECT_TRUE(dagster.applied.empty());
  EXPECT_FALSE(Is("Ready"));
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

TEST_F(Daemon, RevisionsThatCannotBeKeptStopNothing) {
  source.Commit(Files({"a"}));
  source.keep_failing = Error{ErrorKind::kRetry, "git-mirror-busy", "mirror", "somebody holds it", ""};
  Pass();
  EXPECT_TRUE(store.state && store.state->applied) << "saved all the same";
  EXPECT_EQ(dagster.maintained, 1);
  Settle(5);
  EXPECT_EQ(Loaded(), Names{"a"});
  EXPECT_FALSE(Is("Ready")) << "it is told";
  source.keep_failing.reset();
  Pass();
  EXPECT_TRUE(Is("Ready"));
  EXPECT_FALSE(source.kept.empty()) << "and made good later";
}

TEST_F(Daemon, ARevisionThatIsLostIsToldOnceAndTheOthersAreKept) {
  const std::string gone = source.Commit(Files({"a", "b"}));
  Settle(5);
  auto files = source.LastFiles();
  files["locations/a.yaml"] = Fragment("broken");
  dagster.broken = {"a"};
  const std::string head = source.Commit(files);
  source.lost = {gone};
  testing::internal::CaptureStderr();
  Settle(8);
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_EQ(StatusOf("a").phase, LocationPhase::kHeld);
  EXPECT_EQ(store.status->conditions[0].reason, "NotAllLoaded") << "the pass did not fail";
  EXPECT_EQ(source.kept, Names{head});
  const auto told = log.find("cannot be kept");
  EXPECT_NE(told, std::string::npos) << log;
  EXPECT_EQ(log.find("cannot be kept", told + 1), std::string::npos) << log;
  source.lost.clear();
  Pass();
  EXPECT_EQ(source.kept.size(), 2U) << "tried again, since a fetch may bring it";
  const int keeps = source.keeps;
  Settle(5);
  EXPECT_EQ(source.keeps, keeps) << "once all are kept nothing is left to do";
}

TEST_F(Daemon, MaintainsTheTargetInEveryPassThatObservedIt) {
  source.Commit(Files({"a", "b"}));
  store.save_failing = Error{ErrorKind::kRetry, "disk-full", "state", "no space", ""};
  Pass();
  EXPECT_TRUE(dagster.applied.empty()) << "what is not decided on disk is not done";
  EXPECT_EQ(dagster.maintained, 1);
  store.save_failing.reset();
  dagster.failing_items = {"a"};
  Pass();
  EXPECT_EQ(dagster.maintained, 2);
  dagster.failing = Error{ErrorKind::kRetry, "proc", "target", "cannot be listed", ""};
  Pass();
  EXPECT_EQ(dagster.maintained, 2) << "nothing is known";
}

// A head that is read before the fetch's report could be older than the fetch that the status names.
TEST_F(Daemon, StatusNamesNoFetchThatItsHeadHasNotSeen) {
  const std::string old = source.Commit(Files({"a"}));
  fetch.lock()->began = clock.now;
  Settle(8);
  EXPECT_EQ(store.status->fetched->began, fetch.lock()->began);
  const WallTime before = *fetch.lock()->began;
  source.on_head = [&] { fetch.lock()->began = clock.now; };
  Pass();
  EXPECT_EQ(store.status->observed->id, old);
  EXPECT_EQ(store.status->fetched->began, before);
  Pass();
  EXPECT_GT(store.status->fetched->began, before);
}

TEST_F(Daemon, FetchErrorIsShown) {
  source.Commit(Files({"a"}));
  fetch.lock()->error = Error{ErrorKind::kRetry, "git-fetch-timeout", "https://git.example.com/w.git", "timed out", ""};
  Settle(5);
  EXPECT_EQ(Loaded(), Names{"a"});
  EXPECT_FALSE(Is("Ready"));
}

TEST_F(Daemon, SettledEnvironmentIsLookedAtRarely) {
  source.Commit(Files({"a"}));
  Settle(8);
  const int asked = dagster.asked;
  EXPECT_EQ(Pass().requeue_after, std::chrono::seconds(30));
  EXPECT_LE(dagster.asked - asked, 1);
}

}  // namespace
}  // namespace dagitops::reconcile
