// Who may go, who has to wait for a person, and who stays.

#include <gtest/gtest.h>

#include "support/locations.h"
#include "unit/decide/question.h"

namespace dagitops::decide {
namespace {

using support::MakeComposition;
using support::MakeLocation;
using support::MakeRevision;
using support::MakeState;
using support::MakeVersion;

TEST(Decide, RemovedLocationGoes) {
  const auto decided = Question{MakeComposition("r2", {MakeLocation("a"), MakeLocation("b")}),
                                MakeState({MakeLocation("a"), MakeLocation("b"), MakeLocation("c")})}
                           .Run();
  EXPECT_TRUE(Removes(decided, "c"));
  EXPECT_EQ(Find(decided.effective, "c"), nullptr);
}

TEST(Decide, RemovalGoesOnWhenTheTrailerIsOutOfSight) {
  Question question{MakeComposition("r2", {MakeLocation("a")}), MakeState(Locations(4))};
  question.state.locations["a"].last_good = MakeVersion(MakeLocation("a"));
  question.range.allowed_removals = 4;
  question.state = question.Run().state;
  question.range = {Ancestry::kSame, 0};
  EXPECT_EQ(question.Run().effective.removals.size(), 4U);
}

TEST(Decide, TooManyRemovalsWaitAndStayServed) {
  std::vector<CodeLocation> all = Locations(10);
  const std::vector<CodeLocation> left(all.begin(), all.begin() + 6);
  const auto decided = Question{MakeComposition("r2", left), MakeState(all)}.Run();
  EXPECT_TRUE(decided.effective.removals.empty());
  EXPECT_EQ(decided.effective.locations.size(), 10U);
  EXPECT_EQ(Find(decided.effective, "loc9")->decision, DecisionKind::kRemovalWaiting);
  EXPECT_NE(Find(decided.effective, "loc9")->reason.find("4 of 10"), std::string::npos);
}

TEST(Decide, ApprovedRemovalsGoAndOthersGoOnWaiting) {
  std::vector<CodeLocation> all = Locations(10);
  Question question{MakeComposition("r2", {all.begin(), all.begin() + 5}), MakeState(all)};
  question.state.approved_removals = {"loc9"};
  const auto decided = question.Run();
  EXPECT_TRUE(Removes(decided, "loc9"));
  EXPECT_EQ(Find(decided.effective, "loc8")->decision, DecisionKind::kRemovalWaiting);
}

TEST(Decide, RemovalInADivergedHeadWaitsAndKeepsWaiting) {
  Question question{MakeComposition("r2", Locations(9)), MakeState(Locations(10))};
  question.range.ancestry = Ancestry::kDiverged;
  auto decided = question.Run();
  EXPECT_EQ(Find(decided.effective, "loc9")->decision, DecisionKind::kRemovalWaiting);
  question.state = decided.state;
  question.range.ancestry = Ancestry::kDescends;
  EXPECT_EQ(Find(question.Run().effective, "loc9")->decision, DecisionKind::kRemovalWaiting)
      << "an ordinary push later";
  question.range.allowed_removals = 1;
  EXPECT_TRUE(Removes(question.Run(), "loc9")) << "the trailer allows it";
}

// Ten locations, of which the last `gone` are deleted in r2, which is over the budget.
Question ManyGone(int gone) {
  const std::vector<CodeLocation> all = Locations(10);
  Question question{MakeComposition("r2", {all.begin(), all.end() - gone}), MakeState(all)};
  question.state = question.Run().state;
  question.range = {Ancestry::kSame, 0};
  return question;
}

int CountWaiting(const Decided& decided) {
  const auto& locations = decided.effective.locations;
  return static_cast<int>(std::count_if(locations.begin(), locations.end(), [](const EffectiveLocation& location) {
    return location.decision == DecisionKind::kRemovalWaiting;
  }));
}

TEST(Decide, NewLocationsDoNotThinOutARemovalThatWaits) {
  Question question = ManyGone(4);
  std::vector<CodeLocation> more = Locations(6);
  for (int i = 0; i < 20; ++i) more.push_back(MakeLocation("new" + std::to_string(i)));
  question.composition = MakeComposition("r3", more);
  for (int i = 0; i < 20; ++i) {
    const CodeLocation location = MakeLocation("new" + std::to_string(i));
    question.state.locations[location.name].last_good = MakeVersion(location, "r3");
  }
  EXPECT_EQ(CountWaiting(question.Run()), 4) << "4 of 30 alone would be within the budget";
}

TEST(Decide, ApprovingSomeDoesNotApproveTheOthers) {
  for (int approved = 1; approved <= 4; ++approved) {
    Question question = ManyGone(5);
    for (int i = 0; i < approved; ++i) question.state.approved_removals.push_back("loc" + std::to_string(9 - i));
    const Decided first = question.Run();
    EXPECT_EQ(first.effective.removals.size(), static_cast<std::size_t>(approved));
    EXPECT_EQ(CountWaiting(first), 5 - approved);
    question.state = first.state;
    EXPECT_EQ(CountWaiting(question.Run()), 5 - approved) << "a pass later";
  }
}

TEST(Decide, OneMoreDeletionJoinsThoseThatWait) {
  Question question = ManyGone(4);
  question.composition = MakeComposition("r3", Locations(5));
  question.range = {Ancestry::kDescends, 0};
  EXPECT_EQ(CountWaiting(question.Run()), 5);
}

TEST(Decide, TrailerMustCoverAllThatWait) {
  Question question = ManyGone(4);
  question.range = {Ancestry::kDescends, 3};
  EXPECT_EQ(CountWaiting(question.Run()), 4);
  question.range.allowed_removals = 4;
  EXPECT_EQ(question.Run().effective.removals.size(), 4U);
}

TEST(Decide, TrailerMustCoverAllThatADivergedHeadLacks) {
  Question question{MakeComposition("r2", Locations(17)), MakeState(Locations(20))};
  question.range = {Ancestry::kDiverged, 1};
  EXPECT_EQ(CountWaiting(question.Run()), 3) << "3 of 20 are within the budget, but not of one line";
  question.range.allowed_removals = 3;
  EXPECT_EQ(question.Run().effective.removals.size(), 3U);
}

TEST(Decide, PauseDoesNotForgetThatARemovalWaits) {
  Question question = ManyGone(4);
  question.state.paused = true;
  question.state = question.Run().state;
  question.state.paused = false;
  EXPECT_EQ(CountWaiting(question.Run()), 4);
}

TEST(Decide, WhatRunsWithoutBeingRememberedCountsInTheBudget) {
  Question question{MakeComposition("r2", Locations(1)), {}};
  for (const CodeLocation& location : Locations(4)) {
    question.state.locations[location.name];
    question.published.insert(location.name);
  }
  const Decided decided = question.Run();
  EXPECT_TRUE(decided.effective.removals.empty());
  EXPECT_EQ(decided.state.locations.at("loc3").decision, DecisionKind::kRemovalWaiting);
}

TEST(Decide, NamelessFileStopsARemovalThatIsUnderWay) {
  Question question{MakeComposition("r2", Locations(9)), MakeState(Locations(10))};
  question.state = question.Run().state;
  ASSERT_TRUE(question.state.locations.at("loc9").removing);
  question.composition.nameless_files = {"locations/broken.yaml"};
  const Decided decided = question.Run();
  EXPECT_TRUE(decided.effective.removals.empty());
  EXPECT_EQ(Find(decided.effective, "loc9"), nullptr) << "it has left workspace.yaml already";
  EXPECT_EQ(decided.effective.left_alone, std::vector<std::string>{"loc9"});
  question.state = decided.state;
  question.composition.nameless_files.clear();
  EXPECT_TRUE(Removes(question.Run(), "loc9"));
}

TEST(Decide, PauseNeitherEndsNorUndoesARemovalThatIsUnderWay) {
  Question question{MakeComposition("r2", Locations(9)), MakeState(Locations(10))};
  question.state = question.Run().state;
  question.state.paused = true;
  const Decided decided = question.Run();
  EXPECT_TRUE(decided.effective.removals.empty());
  EXPECT_EQ(Find(decided.effective, "loc9"), nullptr);
  EXPECT_NE(Find(decided.effective, "loc8"), nullptr);
  EXPECT_EQ(decided.effective.left_alone.size(), 10U);
  question.state = decided.state;
  question.state.paused = false;
  EXPECT_TRUE(Removes(question.Run(), "loc9"));
}

TEST(Decide, BadVersionOfALocationThatRunsUnrememberedLeavesItAlone) {
  Question question{MakeComposition("r2", {MakeLocation("a", "2")}), {}};
  question.state.locations["a"].failed = FailedVersion{
      VersionKey(MakeVersion(MakeLocation("a", "2"))), "r2", "Ada", "broken", kNow, 1, kNow + std::chrono::minutes(1)};
  EXPECT_TRUE(question.Run().effective.left_alone.empty());
  question.published = {"a"};
  EXPECT_EQ(question.Run().effective.left_alone, std::vector<std::string>{"a"});
}

// The fragment was renamed, keeping its name in Dagster as the lint advises.
struct Renamed : Question {
  Renamed() : Question{MakeComposition("r2", {Heir()}), MakeState({MakeLocation("old")})} {
    state.locations["other"].last_good = MakeVersion(MakeLocation("other"));
    composition.locations.push_back(std::make_shared<CodeLocation>(MakeLocation("other")));
  }
  static CodeLocation Heir() {
    CodeLocation heir = MakeLocation("new");
    heir.settings.location_name = "old";
    return heir;
  }
};

TEST(Decide, LocationGoesOnceAnotherOneTakesOverItsNameInDagster) {
  const Decided decided = Renamed().Run();
  EXPECT_TRUE(Removes(decided, "old"));
  EXPECT_TRUE(Find(decided.effective, "new")->candidate);
}

TEST(Decide, LocationStaysWhileTheOneThatTakesOverItsNameIsBroken) {
  Renamed question;
  question.state = question.Run().state;
  question.state.locations["new"].failed = FailedVersion{
      VersionKey(MakeVersion(Renamed::Heir())), "r2", "Ada", "ImportError", kNow, 1, kNow + std::chrono::minutes(1)};
  const Decided held = question.Run();
  EXPECT_FALSE(Removes(held, "old"));
  ASSERT_NE(Find(held.effective, "old"), nullptr);
  EXPECT_NE(Find(held.effective, "old")->reason.find("new"), std::string::npos);
  EXPECT_EQ(held.effective.awaited, std::vector<std::string>{"old"});
  question.state = held.state;
  question.now += std::chrono::minutes(2);
  EXPECT_TRUE(Removes(question.Run(), "old")) << "it is tried again";
}

TEST(Decide, WaitingRemovalEndsWhenTheLocationReturns) {
  Question question{MakeComposition("r2", Locations(9)), MakeState(Locations(10))};
  question.range.ancestry = Ancestry::kDiverged;
  question.state = question.Run().state;
  question.composition = MakeComposition("r3", Locations(10));
  const auto decided = question.Run();
  EXPECT_EQ(Find(decided.effective, "loc9")->decision, DecisionKind::kFollow);
  EXPECT_EQ(decided.state.locations.at("loc9").removal_waits, "");
}

TEST(Decide, ApprovalEndsWhenTheLocationReturns) {
  Question question{MakeComposition("r2", Locations(10)), MakeState(Locations(10))};
  question.state.approved_removals = {"loc3"};
  EXPECT_TRUE(question.Run().state.approved_removals.empty());
}

TEST(Decide, PinnedEnvironmentDoesNotAskForDescentButForTheBudget) {
  Question question{MakeComposition("r0", Locations(9)), MakeState(Locations(10))};
  question.state.pinned = MakeRevision("r0");
  question.range.ancestry = Ancestry::kDiverged;
  EXPECT_TRUE(Removes(question.Run(), "loc9"));
  question.composition = MakeComposition("r0", Locations(5));
  EXPECT_EQ(Find(question.Run().effective, "loc9")->decision, DecisionKind::kRemovalWaiting);
  EXPECT_EQ(Find(question.Run().effective, "loc0")->decision, DecisionKind::kPinned);
}

TEST(Decide, NamelessFileForbidsEveryRemoval) {
  Question question{MakeComposition("r2", Locations(9)), MakeState(Locations(10))};
  question.composition.nameless_files = {"locations/broken.yaml"};
  const auto decided = question.Run();
  EXPECT_TRUE(decided.effective.removals.empty());
  EXPECT_NE(Find(decided.effective, "loc9")->reason.find("locations/broken.yaml"), std::string::npos);
}

TEST(Decide, WhatIsHeldForANamelessFileWasJudgedAllTheSame) {
  Question question{MakeComposition("r2", Locations(9)), MakeState(Locations(10))};
  question.composition.nameless_files = {"locations/broken.yaml"};
  question.range.ancestry = Ancestry::kDiverged;
  question.state = question.Run().state;
  question.composition = MakeComposition("r3", Locations(9));
  question.range.ancestry = Ancestry::kDescends;
  EXPECT_EQ(CountWaiting(question.Run()), 1) << "that head did not descend, and this one only mends the file";
}

TEST(Decide, TrailerOfARevisionWithANamelessFileCountsOnceThatIsMended) {
  Question question{MakeComposition("r2", Locations(5)), MakeState(Locations(10))};
  question.composition.nameless_files = {"locations/broken.yaml"};
  question.range.allowed_removals = 5;
  auto decided = question.Run();
  EXPECT_TRUE(decided.effective.removals.empty());
  EXPECT_EQ(CountWaiting(decided), 0);
  question.state = decided.state;
  question.composition = MakeComposition("r3", Locations(5));
  question.range.allowed_removals = 0;
  EXPECT_EQ(question.Run().effective.removals.size(), 5U);
}

TEST(Decide, NamelessFileIsNoReasonToAskAPerson) {
  Question question{MakeComposition("r2", Locations(5)), MakeState(Locations(10))};
  question.composition.nameless_files = {"locations/broken.yaml"};
  const auto decided = question.Run();
  EXPECT_EQ(CountWaiting(decided), 0) << "it may hold all that seems to be gone";
  EXPECT_EQ(Find(decided.effective, "loc9")->decision, DecisionKind::kHold);
}

TEST(Decide, NamelessFileForbidsWhatIsApprovedToo) {
  Question question{MakeComposition("r2", Locations(9)), MakeState(Locations(10))};
  question.state.approved_removals = {"loc9"};
  question.composition.nameless_files = {"locations/broken.yaml"};
  auto decided = question.Run();
  EXPECT_TRUE(decided.effective.removals.empty());
  question.state = decided.state;
  question.composition.nameless_files.clear();
  EXPECT_TRUE(Removes(question.Run(), "loc9"));
}

}  // namespace
}  // namespace dagitops::decide
