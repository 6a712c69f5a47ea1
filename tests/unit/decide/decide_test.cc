#include "dagitops/decide/decide.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/locations.h"

namespace dagitops::decide {
namespace {

using support::MakeComposition;
using support::MakeLocation;
using support::MakeRevision;
using support::MakeState;
using support::MakeVersion;

const WallTime kNow{std::chrono::seconds(1'000'000)};

std::vector<CodeLocation> Locations(int count) {
  std::vector<CodeLocation> locations;
  for (int i = 0; i < count; ++i) locations.push_back(MakeLocation("loc" + std::to_string(i)));
  return locations;
}

struct Question {
  Composition composition;
  EnvironmentState state;
  CommitRange range{Ancestry::kDescends, 0};
  std::map<std::string, CodeFacts> code{};
  WallTime now = kNow;
  std::set<std::string> published{};

  Decided Run() const { return Decide({composition, state, range, code, now, published}); }
};

const EffectiveLocation* Find(const Effective& effective, const std::string& name) {
  for (const EffectiveLocation& location : effective.locations) {
    if (location.name == name) return &location;
  }
  return nullptr;
}

bool Removes(const Decided& decided, const std::string& name) {
  const auto& removals = decided.effective.removals;
  return std::any_of(removals.begin(), removals.end(), [&](const Removal& removal) { return removal.name == name; });
}

InvalidLocation MakeInvalid(const std::string& name) {
  Diagnostic fault;
  fault.code = "unknown-thing";
  fault.position = {"locations/" + name + ".yaml", 3, 7};
  fault.found = "a fault";
  return {name, {fault}, {"", "", "", "locations/" + name + ".yaml", ""}};
}

TEST(Decide, NewLocationIsACandidateWithNothingServing) {
  const auto decided = Question{MakeComposition("r2", {MakeLocation("a")}), {}}.Run();
  ASSERT_EQ(decided.effective.locations.size(), 1U);
  EXPECT_FALSE(decided.effective.locations[0].serving);
  ASSERT_TRUE(decided.effective.locations[0].candidate);
  EXPECT_EQ(decided.effective.locations[0].candidate->revision.id, "r2");
  EXPECT_EQ(decided.effective.locations[0].decision, DecisionKind::kFollow);
}

TEST(Decide, UnchangedLocationHasNoCandidate) {
  const auto decided = Question{MakeComposition("r2", {MakeLocation("a")}), MakeState({MakeLocation("a")})}.Run();
  const auto* a = Find(decided.effective, "a");
  ASSERT_NE(a, nullptr);
  EXPECT_TRUE(a->serving);
  EXPECT_FALSE(a->candidate);
  EXPECT_EQ(decided.state.applied->id, "r2");
}

TEST(Decide, ChangedEntryBecomesCandidateBesideTheServingOne) {
  const auto decided =
      Question{MakeComposition("r2", {MakeLocation("a", "2")}), MakeState({MakeLocation("a", "1")})}.Run();
  const auto* a = Find(decided.effective, "a");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->serving->location.digest, "a-1");
  EXPECT_EQ(a->candidate->location.digest, "a-2");
  ASSERT_EQ(a->changes.size(), 1U);
  EXPECT_EQ(a->changes[0], (FieldChange{"image.tag", "1", "2"}));
}

TEST(Decide, ChangedCodeAloneBecomesCandidate) {
  Question question{MakeComposition("r2", {MakeLocation("a")}), MakeState({MakeLocation("a")})};
  question.code["a"] = {"tree2", MakeRevision("r2", "Grace")};
  const auto decided = question.Run();
  const auto* a = Find(decided.effective, "a");
  ASSERT_TRUE(a->candidate);
  EXPECT_EQ(a->candidate->tree_id, "tree2");
  EXPECT_EQ(a->candidate->changed_in.author_name, "Grace");
  EXPECT_EQ(a->changes, (std::vector<FieldChange>{{"code", "", "tree2"}}));
}

TEST(Decide, KnownBadVersionIsTriedAgainWhenTheClockWasSetBack) {
  Question question{MakeComposition("r2", {MakeLocation("a", "2")}), MakeState({MakeLocation("a", "1")})};
  const std::string bad = VersionKey(MakeVersion(MakeLocation("a", "2"), "r2"));
  const WallTime wrong = kNow + std::chrono::hours(24 * 365);
  question.state.locations["a"].failed =
      FailedVersion{bad, "r2", "Ada", "ImportError", wrong, 1, wrong + std::chrono::minutes(1)};
  EXPECT_TRUE(Find(question.Run().effective, "a")->candidate);
}

TEST(Decide, KnownBadVersionIsHeldAtTheLastGoodOne) {
  Question question{MakeComposition("r2", {MakeLocation("a", "2"), MakeLocation("b", "2")}),
                    MakeState({MakeLocation("a", "1"), MakeLocation("b", "1")})};
  const std::string bad = VersionKey(MakeVersion(MakeLocation("a", "2"), "r2"));
  question.state.locations["a"].failed =
      FailedVersion{bad, "r2", "Ada", "ImportError", kNow, 1, kNow + std::chrono::minutes(1)};
  const auto decided = question.Run();
  const auto* a = Find(decided.effective, "a");
  EXPECT_EQ(a->decision, DecisionKind::kHold);
  EXPECT_EQ(a->reason, "ImportError");
  EXPECT_FALSE(a->candidate);
  EXPECT_EQ(a->serving->location.digest, "a-1");
  EXPECT_TRUE(Find(decided.effective, "b")->candidate) << "one bad location costs only itself";
}

TEST(Decide, KnownBadVersionIsTriedAgainWhenItsTimeHasCome) {
  Question question{MakeComposition("r2", {MakeLocation("a", "2")}), MakeState({MakeLocation("a", "1")})};
  const std::string bad = VersionKey(MakeVersion(MakeLocation("a", "2"), "r2"));
  question.state.locations["a"].failed = FailedVersion{bad, "r2", "Ada", "no database", kNow, 1, kNow};
  const auto decided = question.Run();
  const auto* a = Find(decided.effective, "a");
  EXPECT_TRUE(a->candidate);
  EXPECT_EQ(a->decision, DecisionKind::kHold);
}

TEST(Decide, FixAfterABadVersionIsFollowedAtOnce) {
  Question question{MakeComposition("r3", {MakeLocation("a", "3")}), MakeState({MakeLocation("a", "1")})};
  question.state.locations["a"].failed =
      FailedVersion{"a-2/", "r2", "Ada", "ImportError", kNow, 1, kNow + std::chrono::hours(1)};
  const auto decided = question.Run();
  EXPECT_EQ(Find(decided.effective, "a")->candidate->location.digest, "a-3");
  EXPECT_EQ(Find(decided.effective, "a")->decision, DecisionKind::kFollow);
  EXPECT_FALSE(decided.state.locations.at("a").failed);
}

TEST(Decide, BadVersionOfANewLocationRunsNothingAndIsRemembered) {
  Question question{MakeComposition("r2", {MakeLocation("a", "2")}), {}};
  const std::string bad = VersionKey(MakeVersion(MakeLocation("a", "2"), "r2"));
  question.state.locations["a"].failed = FailedVersion{bad, "r2", "Ada", "x", kNow, 1, kNow + std::chrono::minutes(1)};
  const auto decided = question.Run();
  EXPECT_EQ(Find(decided.effective, "a"), nullptr);
  EXPECT_EQ(decided.state.locations.at("a").decision, DecisionKind::kHold);
}

TEST(Decide, InvalidFragmentIsHeldWithItsAuthor) {
  Question question{MakeComposition("r2", {MakeLocation("b")}), MakeState({MakeLocation("a"), MakeLocation("b")})};
  question.composition.invalid.push_back(MakeInvalid("a"));
  question.code["a"] = {"", MakeRevision("r2", "Grace")};
  const auto decided = question.Run();
  const auto* a = Find(decided.effective, "a");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->decision, DecisionKind::kHold);
  EXPECT_NE(a->reason.find("locations/a.yaml:3:7"), std::string::npos);
  EXPECT_EQ(decided.state.locations.at("a").failed->author, "Grace <Grace@example.com>");
  EXPECT_TRUE(decided.effective.removals.empty());
}

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

TEST(Decide, UnusableRevisionChangesNothing) {
  Question question{MakeComposition("r2", {}), MakeState({MakeLocation("a"), MakeLocation("b")})};
  question.composition.usable = false;
  const auto decided = question.Run();
  EXPECT_EQ(decided.effective.locations.size(), 2U);
  EXPECT_TRUE(decided.effective.removals.empty());
  EXPECT_EQ(decided.state.applied->id, "r1") << "its removals were not judged";
}

TEST(Decide, PausedEnvironmentKeepsWhatRuns) {
  Question question{MakeComposition("r2", {MakeLocation("a", "2")}),
                    MakeState({MakeLocation("a", "1"), MakeLocation("b")})};
  question.state.paused = true;
  const auto decided = question.Run();
  EXPECT_EQ(Find(decided.effective, "a")->serving->location.digest, "a-1");
  EXPECT_FALSE(Find(decided.effective, "a")->candidate);
  EXPECT_EQ(Find(decided.effective, "b")->decision, DecisionKind::kPaused);
}

TEST(Decide, LocationPinIsFollowedUntilGitSaysSomethingNew) {
  Question question{MakeComposition("r2", {MakeLocation("a", "2")}), MakeState({MakeLocation("a", "2")})};
  question.state.locations["a"].pinned = MakeVersion(MakeLocation("a", "1"), "r1");
  auto decided = question.Run();
  EXPECT_EQ(Find(decided.effective, "a")->candidate->location.digest, "a-1");
  EXPECT_EQ(Find(decided.effective, "a")->decision, DecisionKind::kPinned);
  question.state = decided.state;
  question.composition = MakeComposition("r3", {MakeLocation("a", "2")});
  EXPECT_EQ(Find(question.Run().effective, "a")->decision, DecisionKind::kPinned) << "another location's commit";
  question.composition = MakeComposition("r4", {MakeLocation("a", "3")});
  decided = question.Run();
  EXPECT_EQ(Find(decided.effective, "a")->candidate->location.digest, "a-3");
  EXPECT_FALSE(decided.state.locations.at("a").pinned);
}

TEST(Decide, ServersOfForgottenLocationsAreLeftAlone) {
  Question question{MakeComposition("r2", {MakeLocation("a")}), MakeState({MakeLocation("a")})};
  question.state.locations["ghost"].removal_waits = "found running";
  const auto decided = question.Run();
  EXPECT_EQ(decided.effective.left_alone, std::vector<std::string>{"ghost"});
  EXPECT_EQ(decided.state.locations.at("ghost").decision, DecisionKind::kRemovalWaiting);
}

TEST(Decide, RemembersTheNameEachFragmentHad) {
  const auto decided = Question{MakeComposition("r2", {MakeLocation("a")}), {}}.Run();
  EXPECT_EQ(decided.state.path_names, (std::map<std::string, std::string>{{"locations/a.yaml", "a"}}));
}

TEST(Decide, HeldLocationsKeepTheirPlaceInTheOrder) {
  CodeLocation first = MakeLocation("z");
  first.settings.order = -1;
  Question question{MakeComposition("r2", {MakeLocation("b")}),
                    MakeState({first, MakeLocation("a"), MakeLocation("b")})};
  question.composition.invalid = {MakeInvalid("z"), MakeInvalid("a")};
  const auto decided = question.Run();
  std::vector<std::string> names;
  for (const auto& location : decided.effective.locations) names.push_back(location.name);
  EXPECT_EQ(names, (std::vector<std::string>{"z", "a", "b"}));
}

TEST(Decide, SecondRunOnItsOwnStateDecidesTheSame) {
  Question question{MakeComposition("r2", Locations(6)), MakeState(Locations(10))};
  question.composition.invalid = {MakeInvalid("broken")};
  const auto first = question.Run();
  question.state = first.state;
  question.range = {Ancestry::kSame, 0};
  const auto second = question.Run();
  EXPECT_EQ(first.state, second.state);
  EXPECT_EQ(first.effective.locations.size(), second.effective.locations.size());
}

}  // namespace
}  // namespace dagitops::decide
