// What passes write into the history, and that going back gives the same bytes again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "dagitops/store/history_json.h"

#include "unit/reconcile/daemon_fixture.h"

namespace dagitops::reconcile {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Key;
using ::testing::Not;

class HistoryPass : public Daemon {
 protected:
  Names Subjects() const {
    Names subjects;
    for (const HistoryRecord& record : history.records) subjects.push_back(record.subject);
    return subjects;
  }
  const HistoryRecord& Newest() const { return history.records.back(); }

  void Change(const std::string& name, const std::string& module) {
    auto files = source.LastFiles();
    files["locations/" + name + ".yaml"] = Fragment(module);
    source.Commit(files);
  }

  // A past with a held location, a pinned one and plain ones, and its record.
  HistoryRecord Past() {
    source.Commit(Files({"held", "pinned", "plain", "later"}));
    Settle(8);
    Change("pinned", "second");
    Settle(8);
    Ask(Request::Kind::kRollback, "", {"pinned"});
    dagster.broken = {"held"};
    Change("held", "broken");
    Settle(8);
    dagster.broken.clear();
    EXPECT_EQ(StatusOf("held").phase, LocationPhase::kHeld);
    EXPECT_EQ(StatusOf("pinned").phase, LocationPhase::kPinned);
    return Newest();
  }

  // The future: everything is another one, one is gone, one has come.
  void Future() {
    auto files = Files({"held", "pinned", "plain", "new"});
    for (const char* name : {"held", "pinned", "plain"}) {
      files["locations/" + std::string(name) + ".yaml"] = Fragment("future");
    }
    source.Commit(files);
    Settle(150);
    EXPECT_EQ(Loaded(), (Names{"held", "new", "pinned", "plain"}));
  }
};

TEST_F(HistoryPass, ALostStateTakesNoDecisionOfAPersonWithIt) {
  Past();
  store.state.reset();
  Restart();
  Settle(20);
  EXPECT_EQ(StatusOf("pinned").phase, LocationPhase::kPinned) << "and not moved to the newest";
  EXPECT_EQ(StatusOf("pinned").reason.find("pinned at "), 0U) << StatusOf("pinned").reason;
  Change("pinned", "third");
  Settle(20);
  EXPECT_EQ(StatusOf("pinned").phase, LocationPhase::kLoaded) << "a pin lasts until git says something else";
}

TEST_F(HistoryPass, AFileThatCannotBeReadAfterTheStateWasLostIsOfTheLocationItWasOf) {
  source.Commit(Files({"a", "b"}));
  Settle(10);
  auto files = source.LastFiles();
  files["locations/a.yaml"] = "image: [\n";
  source.Commit(files);
  Settle(10);
  store.state.reset();
  dagster = support::FakeDagster();
  Restart();
  Settle(20);
  EXPECT_EQ(StatusOf("a").phase, LocationPhase::kHeld);
  EXPECT_EQ(Loaded(), (Names{"a", "b"}));
}

TEST_F(HistoryPass, WhatWasPausedComesBackPausedAndRunning) {
  source.Commit(Files({"a", "b"}));
  Settle(10);
  Ask(Request::Kind::kPause);
  Settle(10);
  store.state.reset();
  dagster = support::FakeDagster();
  Change("a", "other");
  Restart();
  Settle(20);
  EXPECT_TRUE(store.status->paused);
  EXPECT_EQ(Loaded(), (Names{"a", "b"}));
  Ask(Request::Kind::kResume);
  Settle(20);
  EXPECT_FALSE(store.status->paused);
  EXPECT_EQ(StatusOf("a").phase, LocationPhase::kLoaded);
}

TEST_F(HistoryPass, WithoutAStateNothingIsDoneBeforeTheRemoteOfTheHistoryWasAsked) {
  source.Commit(Files({"a"}));
  recorder.emplace(history, HistoryOptions{"production", true, std::chrono::seconds(5)},
                   HistoryReconciler::Wakes{[] {}, [this] { woken = true; }});
  reconciler.emplace(
      EnvironmentSeams{source, source, dagster, *webservers, store, store, clock, fetch, &*recorder, &history, records},
      Settings());
  Settle(20);
  EXPECT_TRUE(Loaded().empty());
  EXPECT_FALSE(Is("Ready"));
  EXPECT_THAT(store.status->conditions.front().message, HasSubstr("is being asked of the history"));
  Settle(30);
  EXPECT_EQ(Loaded(), (Names{"a"})) << "but not for ever";
}

TEST_F(HistoryPass, WhatIsAppliedIsWrittenDownOnceForEachChange) {
  source.Commit(Files({"a", "b"}));
  Settle(10);
  Change("a", "other");
  Settle(10);
  source.Commit(Files({"b", "c"}));
  Settle(200);
  EXPECT_THAT(Subjects(), ElementsAre("begin with 2 locations", "a changed", "c added, a removed"));
  EXPECT_EQ(Newest().source, source.head.revision.id);
  EXPECT_EQ(Newest().files.at(kHistoryWorkspace), *dagster.observed.published);
  EXPECT_THAT(Newest().files, Contains(Key("locations/b.yaml")));
  EXPECT_THAT(Newest().files, Not(Contains(Key("locations/a.yaml"))));
  EXPECT_EQ(history.pushed, 3U);
}

TEST_F(HistoryPass, ACommitThatChangesNothingThatRunsIsNotWritten) {
  source.Commit(Files({"a"}));
  Settle(10);
  auto files = source.LastFiles();
  files["README.md"] = "hello";
  source.Commit(files);
  Settle(200);
  Restart();
  Settle(10);
  EXPECT_THAT(Subjects(), ElementsAre("begin with 1 location"));
}

TEST_F(HistoryPass, ASlowLocationKeepsTheOthersOutForAMinuteOnly) {
  source.Commit(Files({"a", "b"}));
  Settle(10);
  dagster.slow = {"a"};
  auto files = source.LastFiles();
  files["locations/a.yaml"] = Fragment("slow");
  files["locations/b.yaml"] = Fragment("quick");
  source.Commit(files);
  Settle(30);
  EXPECT_EQ(history.records.size(), 1U);
  Settle(60);
  EXPECT_THAT(Subjects(), ElementsAre("begin with 2 locations", "b changed"));
  dagster.slow.clear();
  Settle(30);
  EXPECT_EQ(Subjects().back(), "a changed");
}

TEST_F(HistoryPass, ARetryOfABadVersionWritesNothing) {
  source.Commit(Files({"a"}));
  Settle(10);
  dagster.broken = {"a"};
  Change("a", "nowhere");
  Settle(10);
  EXPECT_THAT(Subjects(), ElementsAre("begin with 1 location", "decisions changed"));
  Settle(200);
  EXPECT_EQ(history.records.size(), 2U);
  EXPECT_THAT(Newest().files.at(kHistoryDecisions), HasSubstr("\"decision\": \"hold\""));
  EXPECT_THAT(Newest().files.at(kHistoryStatus), HasSubstr("ImportError"));
}

TEST_F(HistoryPass, WhatCannotBeReadIsNoDecision) {
  source.Commit(Files({"a"}));
  Settle(10);
  source.failing = Error{ErrorKind::kRetry, "git-mirror-corrupt", "x", "damaged", ""};
  Settle(100);
  EXPECT_EQ(history.records.size(), 1U);
}

TEST_F(HistoryPass, ARemoteThatRefusesIsInTheStatusAndStopsNothing) {
  history.remote_failing = Error{ErrorKind::kStalled, "history-refused", "x", "no right to write", ""};
  source.Commit(Files({"a"}));
  Settle(20);
  EXPECT_TRUE(Is("Ready"));
  EXPECT_EQ(history.records.size(), 1U);
  ASSERT_EQ(store.status->notes.size(), 1U);
  EXPECT_THAT(store.status->notes[0], HasSubstr("no right to write"));
}

TEST_F(HistoryPass, FilesHoldNoClock) {
  const HistoryRecord past = Past();
  const std::string year = FormatTime(clock.now).substr(0, 5);
  for (const auto& [path, text] : past.files) {
    EXPECT_EQ(text.find(year), std::string::npos) << path;
    for (const char* word : {"retryAfter", "since", "attempts", "\"pid\"", "serverId", "updated"}) {
      EXPECT_EQ(text.find(word), std::string::npos) << path << ": " << word;
    }
  }
}

TEST_F(HistoryPass, RebuildGivesEveryByteBack) {
  const HistoryRecord past = Past();
  Future();
  const std::size_t before = history.records.size();
  Ask(Request::Kind::kRebuild, past.commit);
  Settle(200);
  EXPECT_TRUE(store.answers.back().accepted) << store.answers.back().message;
  EXPECT_EQ(Loaded(), (Names{"held", "later", "pinned", "plain"}));
  ASSERT_EQ(history.records.size(), before + 1);
  EXPECT_EQ(Newest().files, past.files);
  EXPECT_EQ(Newest().key, past.key);
  EXPECT_EQ(*dagster.observed.published, past.files.at(kHistoryWorkspace));
  EXPECT_THAT(store.status->notes, Contains(HasSubstr(past.commit.substr(0, 8))));
  Change("plain", "newer");
  Restart();
  Settle(200);
  EXPECT_EQ(Newest().files, past.files) << "until the next plain apply";
}

TEST_F(HistoryPass, RebuildAfterTheStateWasLostGivesEveryByteBack) {
  const HistoryRecord past = Past();
  Future();
  store.state.reset();
  store.status.reset();
  dagster.observed.servers.clear();
  dagster.observed.published.reset();
  Restart();
  Ask(Request::Kind::kRebuild, past.commit);
  Settle(200);
  EXPECT_EQ(Newest().files, past.files);
  EXPECT_EQ(*dagster.observed.published, past.files.at(kHistoryWorkspace));
}

TEST_F(HistoryPass, WithoutAStateWhatDoesNotLoadGoesOnAsItWasRecorded) {
  source.Commit(Files({"held", "plain"}));
  Settle(8);
  Change("held", "broken");
  dagster.broken = {"held"};
  Settle(8);
  const HistoryRecord past = Newest();
  store.state.reset();
  store.status.reset();
  dagster.observed.servers.clear();
  dagster.observed.published.reset();
  Restart();
  const auto failed = [&] {
    return std::any_of(dagster.observed.servers.begin(), dagster.observed.servers.end(),
                       [](const ObservedServer& server) { return server.state == ServerState::kFailed; });
  };
  for (int i = 0; i < 20 && !failed(); ++i) Pass();
  dagster.broken.clear();
  Settle(8);
  EXPECT_EQ(StatusOf("held").phase, LocationPhase::kHeld);
  EXPECT_EQ(*dagster.observed.published, past.files.at(kHistoryWorkspace));
  EXPECT_EQ(Newest().files, past.files);
}

// A version that is not the running one is only published once it is ready, so no name is missing on the way.
TEST_F(HistoryPass, RebuildNeverTakesALocationOutOfDagsterOnTheWay) {
  const HistoryRecord past = Past();
  Future();
  dagster.slow = {"plain"};
  Ask(Request::Kind::kRebuild, past.commit);
  for (int i = 0; i < 100; ++i) {
    Pass();
    for (const char* name : {"held", "pinned", "plain"}) {
      ASSERT_THAT(*dagster.observed.published, HasSubstr("\"" + std::string(name) + "\"")) << i;
      ASSERT_EQ(dagster.Serving(name)->state, ServerState::kReady) << name << " in pass " << i;
    }
  }
  EXPECT_EQ(StatusOf("plain").phase, LocationPhase::kProgressing);
}

TEST_F(HistoryPass, ARebuiltVersionThatDoesNotLoadAnyMoreLeavesWhatRan) {
  const HistoryRecord past = Past();
  Future();
  const std::string before = dagster.Serving("plain")->server_id;
  dagster.broken = {"plain"};
  Ask(Request::Kind::kRebuild, past.commit);
  Settle(30);
  EXPECT_EQ(dagster.Serving("plain")->server_id, before);
  EXPECT_EQ(StatusOf("plain").phase, LocationPhase::kHeld);
  EXPECT_NE(Newest().files, past.files) << "the history does not claim what is not so";
}

TEST_F(HistoryPass, RemovalsOfARebuildAreUnderTheBudget) {
  source.Commit(Files({"a"}));
  Settle(10);
  const HistoryRecord past = Newest();
  source.Commit(Files({"a", "b", "c", "d"}));
  Settle(10);
  Ask(Request::Kind::kRebuild, past.commit);
  Settle(20);
  EXPECT_EQ(Loaded(), (Names{"a", "b", "c", "d"}));
  EXPECT_EQ(store.status->waiting_removals, (Names{"b", "c", "d"}));
  Ask(Request::Kind::kApprove);
  Settle(200);
  EXPECT_EQ(Loaded(), (Names{"a"}));
}

TEST_F(HistoryPass, APlainApplyFollowsTheBranchAgainAndKeepsAPersonsPin) {
  const HistoryRecord past = Past();
  const auto at_past = source.LastFiles();
  Future();
  Ask(Request::Kind::kRebuild, past.commit);
  Settle(200);
  source.Commit(at_past);  // so that the pin still is over what git has
  Ask(Request::Kind::kApply);
  Settle(200);
  EXPECT_FALSE(store.state->rebuilt);
  EXPECT_EQ(StatusOf("plain").phase, LocationPhase::kLoaded);
  EXPECT_EQ(StatusOf("pinned").phase, LocationPhase::kPinned);
}

TEST_F(HistoryPass, RollbackOfALocationLastsUntilItsNextChange) {
  source.Commit(Files({"a", "b"}));
  Settle(10);
  const std::string first = dagster.Serving("a")->content;
  Change("a", "second");
  Settle(10);
  Ask(Request::Kind::kRollback, "", {"a"});
  Settle(10);
  EXPECT_EQ(dagster.Serving("a")->content, first);
  EXPECT_EQ(StatusOf("a").phase, LocationPhase::kPinned);
  Change("b", "second");
  Restart();
  Settle(10);
  EXPECT_EQ(dagster.Serving("a")->content, first) << "neither a restart nor another location's change ends it";
  Change("a", "third");
  Settle(10);
  EXPECT_EQ(StatusOf("a").phase, LocationPhase::kLoaded);
  EXPECT_NE(dagster.Serving("a")->content, first);
}

TEST_F(HistoryPass, RollbackOfALocationWhoseFragmentIsBroken) {
  source.Commit(Files({"a", "b"}));
  Settle(10);
  const std::string first = dagster.Serving("a")->content;
  Change("a", "second");
  Settle(10);
  auto files = source.LastFiles();
  files["locations/a.yaml"] = "image: [\n";
  source.Commit(files);
  Settle(10);
  EXPECT_EQ(StatusOf("a").phase, LocationPhase::kHeld);
  Ask(Request::Kind::kRollback, "", {"a"});
  Settle(10);
  EXPECT_EQ(dagster.Serving("a")->content, first);
  EXPECT_EQ(StatusOf("a").phase, LocationPhase::kPinned);
  Change("a", "mended");
  Settle(10);
  EXPECT_EQ(StatusOf("a").phase, LocationPhase::kLoaded);
}

TEST_F(HistoryPass, RollbackOfAllToACommitGivesItsBytesBack) {
  source.Commit(Files({"a", "b", "c", "d"}));
  Settle(10);
  const std::string first = source.head.revision.id;
  const std::string bytes = *dagster.observed.published;
  Change("a", "second");
  Settle(100);
  Ask(Request::Kind::kRollback, "", {"b"});  // has no other version: refused, and nothing is pinned
  Settle(5);
  EXPECT_FALSE(store.answers.back().accepted);
  Ask(Request::Kind::kRollback, first);
  Settle(200);
  EXPECT_EQ(*dagster.observed.published, bytes);
  EXPECT_EQ(store.state->pinned->id, first);
}

}  // namespace
}  // namespace dagitops::reconcile
