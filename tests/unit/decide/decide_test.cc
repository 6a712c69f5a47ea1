#include "dagitops/decide/decide.h"

#include <gtest/gtest.h>

#include "support/edit.h"
#include "support/locations.h"
#include "unit/decide/question.h"

namespace dagitops::decide {
namespace {

using support::MakeComposition;
using support::MakeLocation;
using support::MakeRevision;
using support::MakeState;
using support::MakeVersion;

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

TEST(Decide, WhatIsAsInGitSharesItsMemory) {
  Question question{MakeComposition("r2", {MakeLocation("a")}), MakeState({MakeLocation("a")})};
  question.state = question.Run().state;
  const Version* known = &*question.state.locations["a"].last_good;
  const auto decided = question.Run();
  EXPECT_EQ(&*decided.state.locations.at("a").last_good, known);
  EXPECT_EQ(&*Find(decided.effective, "a")->serving, known);
}

TEST(Decide, AnAuthorThatIsFoundLaterIsTakenIn) {
  Question question{MakeComposition("r2", {MakeLocation("a")}), MakeState({MakeLocation("a")})};
  support::Edit(question.state.locations["a"].last_good, [](Version& version) { version.changed_in = {}; });
  question.code["a"].changed_in = MakeRevision("r1", "Grace");
  const auto decided = question.Run();
  EXPECT_EQ(decided.state.locations.at("a").last_good->changed_in.author_name, "Grace");
  EXPECT_EQ(decided.state.locations.at("a").last_good->revision, question.state.locations["a"].last_good->revision);
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

TEST(Decide, UnusableRevisionChangesNothing) {
  Question question{MakeComposition("r2", {}), MakeState({MakeLocation("a"), MakeLocation("b")})};
  question.composition.usable = false;
  const auto decided = question.Run();
  EXPECT_FALSE(decided.effective.usable);
  EXPECT_FALSE(decided.effective.paused);
  EXPECT_EQ(decided.effective.locations.size(), 2U);
  EXPECT_TRUE(decided.effective.removals.empty());
  EXPECT_EQ(decided.state.applied->id, "r1") << "its removals were not judged";
}

TEST(Decide, PausedEnvironmentKeepsWhatRuns) {
  Question question{MakeComposition("r2", {MakeLocation("a", "2")}),
                    MakeState({MakeLocation("a", "1"), MakeLocation("b")})};
  question.state.paused = true;
  const auto decided = question.Run();
  EXPECT_TRUE(decided.effective.usable && decided.effective.paused);
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
