// What a daemon does, and what it costs, when something outside fails it.

#include <gtest/gtest.h>

#include "unit/reconcile/daemon_fixture.h"

namespace dagitops::reconcile {
namespace {

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

TEST_F(Daemon, StateThatCannotBeSavedChangesNothing) {
  source.Commit(Files({"a"}));
  store.failing = Error{ErrorKind::kStalled, "state-newer", "state", "newer than this program", ""};
  Pass();
  EXPECT_TRUE(dagster.applied.empty());
  EXPECT_FALSE(Is("Ready"));
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

TEST_F(Daemon, AWebserverThatIsDownCostsLittle) {
  source.Commit(Files({"a", "b"}));
  Settle(8);
  dagster.down = "connection refused";
  const Cost cost = LetPass(std::chrono::minutes(10));
  // 200 ms for 10 s, then 1, 2, 5 and 10 s apart: 50 + 20 + 15 + 12 + 48.
  EXPECT_LE(cost.asked, 150);
  EXPECT_LE(cost.passes, 160);
  EXPECT_LE(cost.status_saves, 70);
  dagster.down.clear();
  Pass();
  clock.now += std::chrono::seconds(10);
  Pass();
  EXPECT_TRUE(Is("Ready"));
}

TEST_F(Daemon, AWebserverThatDeniesReloadsCostsLittle) {
  source.Commit(Files({"a"}));
  Settle(8);
  dagster.reload_denied = Error{ErrorKind::kStalled, "webserver-forbidden", "http://w", "it is read-only", ""};
  source.Commit(Files({"a", "b"}));
  const Cost cost = LetPass(std::chrono::minutes(10));
  EXPECT_LE(cost.asked, 200) << "each reload is followed by a question";
  EXPECT_LE(cost.passes, 250);
  EXPECT_LE(cost.status_saves, 120);
}

TEST_F(Daemon, AWebserverThatListsLocationsOfItsOwnIsNotReloadedForThem) {
  source.Commit(Files({"a", "b", "c"}));
  dagster.foreign = {{"theirs", {"their-id", "", {}}}};
  Settle(8);
  const int reloads = dagster.reloads;
  Settle(100);
  EXPECT_EQ(dagster.reloads, reloads);
  EXPECT_TRUE(Is("Ready"));
}

TEST_F(Daemon, AWebserverThatStillListsWhatIsGoneIsReloadedAlsoAfterARestart) {
  source.Commit(Files({"a", "b", "c"}));
  Settle(8);
  Restart();
  Pass();
  dagster.ignores_reloads = true;
  source.Commit(Files({"a", "b"}));
  Settle(200);
  EXPECT_EQ(dagster.observed.servers.size(), 2U) << "its server is long gone";
  const int reloads = dagster.reloads;
  dagster.ignores_reloads = false;
  Settle(40);
  EXPECT_EQ(dagster.reloads, reloads + 1);
  EXPECT_EQ(Loaded(), (Names{"a", "b"}));
}

TEST_F(Daemon, AnAskedPassWritesItsStatusThoughNothingChanged) {
  source.Commit(Files({"a"}));
  Settle(8);
  const WallTime before = store.status->updated;
  Pass();
  EXPECT_EQ(store.status->updated, before) << "nothing but its time would change";
  Ask(Request::Kind::kResume);
  Pass();
  EXPECT_GT(store.status->updated, before);
}

TEST_F(Daemon, SettledEnvironmentIsLookedAtRarely) {
  source.Commit(Files({"a"}));
  Settle(8);
  const int asked = dagster.asked;
  EXPECT_EQ(Pass().requeue_after, std::chrono::seconds(30));
  EXPECT_LE(dagster.asked - asked, 1);
}

TEST_F(Daemon, AuthorsOfManyLocationsAreFoundOverSeveralPasses) {
  std::vector<std::string> names;
  for (int i = 100; i < 550; ++i) names.push_back("l" + std::to_string(i));
  source.Commit(Files(names), "Ada");
  auto files = source.LastFiles();
  files["README.md"] = "x";
  source.Commit(files, "Bob");
  EXPECT_LE(*Pass().requeue_after, std::chrono::milliseconds(100));
  Settle(8);
  for (const std::string& name : {names.front(), names[250], names.back()}) {
    EXPECT_EQ(StatusOf(name).author, "Ada <Ada@example.com>") << name;
    EXPECT_EQ(store.state->locations.at(name).last_good->changed_in.author_name, "Ada") << name;
  }
}

TEST_F(Daemon, AnAuthorThatIsNotFoundIsNobodyElse) {
  source.changes_failing = Error{ErrorKind::kRetry, "git-object-unreadable", "mirror", "cannot be read", ""};
  source.Commit(Files({"a"}), "Ada");
  auto files = source.LastFiles();
  files["locations/a.yaml"] = Fragment("other");
  dagster.broken = {"a"};
  source.Commit(files, "Bob");
  Settle(8);
  EXPECT_EQ(StatusOf("a").phase, LocationPhase::kFailed);
  EXPECT_EQ(StatusOf("a").author, "");
}

TEST_F(Daemon, FaultOfASharedFileIsLoggedOncePerRevisionWithItsAuthor) {
  source.Commit(Files({"a"}));
  Settle(5);
  auto files = Files({"a"});
  files["environments/production/defaults.yaml"] = "name: x\n";
  source.Commit(files, "Grace");
  testing::internal::CaptureStderr();
  Settle(5);
  const std::string log = testing::internal::GetCapturedStderr();
  const std::size_t told = log.find("environments/production/defaults.yaml:1:");
  ASSERT_NE(told, std::string::npos) << log;
  EXPECT_EQ(log.find("environments/production/defaults.yaml:1:", told + 1), std::string::npos) << log;
  EXPECT_NE(log.find("Grace"), std::string::npos) << log;
  EXPECT_FALSE(Is("Ready"));
  EXPECT_EQ(Loaded(), Names{"a"});
}

TEST_F(Daemon, ARenamedLocationIsToldInLogAndStatus) {
  source.Commit(Files({"a", "keep"}));
  Settle(5);
  source.Commit(Files({"b", "keep"}));
  testing::internal::CaptureStderr();
  Settle(5);
  const std::string log = testing::internal::GetCapturedStderr();
  const std::size_t told = log.find("renamed-location");
  ASSERT_NE(told, std::string::npos) << log;
  EXPECT_EQ(log.find("renamed-location", told + 1), std::string::npos) << log;
  ASSERT_EQ(store.status->diagnostics.size(), 1U);
  EXPECT_EQ(store.status->diagnostics[0].code, "renamed-location");
  EXPECT_EQ(store.status->diagnostics[0].location, "b");
}

TEST_F(Daemon, AddressOfDagsterIsToldOnceWhenItAnswers) {
  source.Commit(Files({"a"}));
  testing::internal::CaptureStderr();
  Settle(8);
  const std::string log = testing::internal::GetCapturedStderr();
  const std::size_t told = log.find("Dagster is at http://");
  ASSERT_NE(told, std::string::npos) << log;
  EXPECT_EQ(log.find("Dagster is at", told + 1), std::string::npos) << log;
}

TEST_F(Daemon, ARunningLocationWhoseCodeIsGoneFromGitWaitsForAPerson) {
  source.Commit(Files({"a"}));
  Settle(8);
  auto files = source.LastFiles();
  files["locations/a.yaml"] = "dagitops:\n  codeSource: {moduleName: definitions}\n  local: {path: code/typo}\n";
  source.Commit(files);
  Settle(8);
  EXPECT_EQ(Loaded(), Names{"a"}) << "what ran stays";
  EXPECT_EQ(StatusOf("a").phase, LocationPhase::kNotRunnable);
  EXPECT_TRUE(Is("Stalled"));
  EXPECT_FALSE(Is("Ready"));
}

TEST_F(Daemon, EnvironmentThatTheRepositoryDoesNotHaveIsAFault) {
  source.Commit({{"dagitops.yaml", "schemaVersion: 1\nenvironments: {staging: {}}\n"}});
  Settle(3);
  EXPECT_FALSE(Is("Ready"));
  source.Commit(Files({"a"}));
  Settle(5);
  EXPECT_TRUE(Is("Ready"));
  source.Commit({{"dagitops.yaml", "schemaVersion: 1\nenvironments: {staging: {}}\n"}});
  Settle();
  EXPECT_EQ(Loaded(), Names{"a"}) << "what ran stays";
  EXPECT_FALSE(Is("Ready"));
}

// What runs was made by them: they are not known to be others.
TEST_F(Daemon, KeepsTheOptionsOfTheEnvironmentWhereARevisionCannotBeUsed) {
  auto files = Files({"a"});
  files["dagitops.yaml"] = "schemaVersion: 1\nenvironments: {production: {release: single}}\n";
  files["environments/production/user-deployments.yaml"] = "rbacEnabled: true\n";
  source.Commit(files);
  Settle(5);
  EXPECT_TRUE(rendered.usable);
  const Effective good = rendered;
  files["dagitops.yaml"] = "schemaVersion: [";
  source.Commit(files);
  Settle(5);
  EXPECT_FALSE(rendered.usable);
  EXPECT_EQ(rendered.options, good.options);
  EXPECT_EQ(rendered.options.release, EnvironmentOptions::Release::kSingle);
  EXPECT_EQ(rendered.chart_values, good.chart_values);
  EXPECT_FALSE(rendered.chart_values.is_null());
}

}  // namespace
}  // namespace dagitops::reconcile
