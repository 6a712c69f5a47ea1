// An environment that a person took back to a record of its history.
#include <gtest/gtest.h>

#include "unit/decide/question.h"

namespace dagitops::decide {
namespace {

using support::MakeLocation;
using support::MakeState;
using support::MakeVersion;

class Rebuild : public testing::Test {
 protected:
  Rebuild() {
    question.composition.environment = "production";
    question.composition.revision = support::MakeRevision("then");
    question.state = MakeState({MakeLocation("a", "now"), MakeLocation("b", "same")});
    question.range = {};
    Rebuilt& rebuilt = question.state.rebuilt.emplace();
    rebuilt.commit = "0123456789";
    rebuilt.locations["a"].last_good = MakeVersion(MakeLocation("a", "then"), "r0");
    rebuilt.locations["b"].last_good = MakeVersion(MakeLocation("b", "same"), "r0");
    rebuilt.locations["b"].decision = DecisionKind::kHold;
    rebuilt.locations["b"].reason = "ImportError";
  }

  Question question{{}, {}};
};

TEST_F(Rebuild, AnotherVersionIsTriedBesideTheOneThatRuns) {
  const Decided decided = question.Run();
  const EffectiveLocation* a = Find(decided.effective, "a");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->serving->location.digest, "a-now");
  EXPECT_EQ(a->candidate->location.digest, "a-then");
  EXPECT_EQ(a->decision, DecisionKind::kPinned) << "what was decided then is no fact before it runs";
  EXPECT_FALSE(a->changes.empty());
}

TEST_F(Rebuild, TheSameVersionHasWhatWasDecidedThenAndTheRevisionOfThen) {
  const Decided decided = question.Run();
  const EffectiveLocation* b = Find(decided.effective, "b");
  ASSERT_NE(b, nullptr);
  EXPECT_FALSE(b->candidate);
  EXPECT_EQ(b->decision, DecisionKind::kHold);
  EXPECT_EQ(b->reason, "ImportError");
  EXPECT_EQ(b->serving->revision.id, "r0");
  EXPECT_EQ(decided.state.applied->id, "then");
}

TEST_F(Rebuild, AVersionThatDoesNotComeUpAnyMoreIsHeldAtWhatRuns) {
  question.state.locations["a"].failed =
      FailedVersion{"a-then/", "r0", "", "no such module", kNow, 1, kNow + std::chrono::minutes(1)};
  const EffectiveLocation* a = nullptr;
  const Decided decided = question.Run();
  a = Find(decided.effective, "a");
  ASSERT_NE(a, nullptr);
  EXPECT_FALSE(a->candidate);
  EXPECT_EQ(a->decision, DecisionKind::kHold);
  question.now += std::chrono::minutes(2);
  const Decided later = question.Run();
  EXPECT_TRUE(Find(later.effective, "a")->candidate) << "tried again";
}

TEST_F(Rebuild, AFailureOfAnotherVersionSaysNothing) {
  question.state.locations["a"].failed = FailedVersion{"other", "r0", "", "x", kNow, 1, kNow + std::chrono::minutes(1)};
  EXPECT_TRUE(Find(question.Run().effective, "a")->candidate);
}

TEST_F(Rebuild, WhatTheRecordLacksGoesUnderTheBudget) {
  question.state.locations["c"].last_good = MakeVersion(MakeLocation("c"));
  EXPECT_TRUE(Removes(question.Run(), "c"));
  question.state.locations["d"].last_good = MakeVersion(MakeLocation("d"));
  const Decided decided = question.Run();
  EXPECT_FALSE(Removes(decided, "c")) << "two of four";
  EXPECT_NE(decided.state.locations.at("c").removal_waits, "");
}

TEST_F(Rebuild, ALocationOfWhichNothingRanIsOnlyRemembered) {
  LocationRecord& never = question.state.rebuilt->locations["never"];
  never.decision = DecisionKind::kHold;
  never.reason = "never loaded";
  const Decided decided = question.Run();
  EXPECT_EQ(Find(decided.effective, "never"), nullptr);
  EXPECT_EQ(decided.state.locations.at("never").reason, "never loaded");
  EXPECT_FALSE(Removes(decided, "never"));
}

TEST_F(Rebuild, WhatAllShareComesFromTheRecord) {
  Rebuilt& rebuilt = *question.state.rebuilt;
  rebuilt.source = support::MakeRevision("then");
  rebuilt.options.verify = EnvironmentOptions::Verify::kReadiness;
  rebuilt.chart_values = Value::String("chart");
  rebuilt.system_values = Value::String("system");
  question.composition = RebuiltComposition("production", rebuilt);
  const Effective effective = question.Run().effective;
  EXPECT_EQ(effective.revision.id, "then");
  EXPECT_EQ(effective.options.verify, EnvironmentOptions::Verify::kReadiness);
  EXPECT_EQ(effective.chart_values.text() + effective.system_values.text(), "chartsystem");
}

TEST_F(Rebuild, PathsAreStillKnownByTheirNamesAfterwards) {
  question.state.path_names["locations/a.yaml"] = "a";
  EXPECT_EQ(question.Run().state.path_names.at("locations/a.yaml"), "a");
}

TEST_F(Rebuild, APausedEnvironmentStaysAsItIs) {
  question.state.paused = true;
  EXPECT_FALSE(Find(question.Run().effective, "a")->candidate);
}

TEST(PinOverAFault, CountsUntilGitSaysSomethingElse) {
  Question question{support::MakeComposition("r2", {}), MakeState({MakeLocation("a", "2")})};
  InvalidLocation invalid{"a", {}, {}};
  question.composition.invalid = {invalid};
  question.state.locations["a"].pinned = MakeVersion(MakeLocation("a", "1"), "r0");
  Decided decided = question.Run();
  EXPECT_EQ(Find(decided.effective, "a")->candidate->location.digest, "a-1");
  EXPECT_EQ(Find(decided.effective, "a")->decision, DecisionKind::kPinned);
  question.state = decided.state;
  Diagnostic other;
  other.found = "another fault";
  question.composition.invalid[0].faults = {other};
  decided = question.Run();
  EXPECT_FALSE(decided.state.locations.at("a").pinned);
  EXPECT_EQ(Find(decided.effective, "a")->decision, DecisionKind::kHold);
}

TEST(PinOverAFault, ABadPinIsNotTriedInEveryPass) {
  Question question{support::MakeComposition("r2", {}), MakeState({MakeLocation("a", "2")})};
  question.composition.invalid = {{"a", {}, {}}};
  LocationRecord& record = question.state.locations["a"];
  record.pinned = MakeVersion(MakeLocation("a", "1"), "r0");
  record.failed = FailedVersion{"a-1/", "r0", "", "no such module", kNow, 1, kNow + std::chrono::minutes(1)};
  const Decided decided = question.Run();
  EXPECT_FALSE(Find(decided.effective, "a")->candidate);
  EXPECT_EQ(decided.state.locations.at("a").failed->key, "a-1/");
  EXPECT_EQ(Find(decided.effective, "a")->reason, "no such module");
}

}  // namespace
}  // namespace dagitops::decide
