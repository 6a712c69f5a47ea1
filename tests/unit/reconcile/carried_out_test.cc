#include "reconcile/carried_out.h"

#include <gtest/gtest.h>

#include <string>

namespace dagitops::reconcile {
namespace {

Value Values(const char* text) { return Value::Map({{"a", {}, Value::String(text)}}); }

DesiredRelease Release(const std::string& content, const std::string& refused = "") {
  return {content, "a: " + content + "\n", refused, false};
}

// A release that is made of the values named in its content.
Desired Render(const Effective& effective) {
  Desired desired;
  if (!effective.system_values.is_null()) desired.system = Release(effective.system_values.Find("a")->text());
  return desired;
}

class CarriedOut : public testing::Test {
 protected:
  CarriedOut() {
    effective.chart_values = Values("new");
    effective.system_values = Values("new");
    desired.base = Release("new");
    desired.system = Release("new");
  }

  Effective effective;
  Desired desired;
  Observed observed;
  EnvironmentState state;
};

TEST_F(CarriedOut, IsRememberedOnceTheReleaseIsMadeOfIt) {
  RememberCarriedOut(effective, desired, observed, state);
  EXPECT_TRUE(state.chart_values.is_null() && state.system_values.is_null()) << "nothing is there yet";
  observed.base = ObservedRelease{"new", ServerState::kReady, ""};
  observed.system = ObservedRelease{"old", ServerState::kReady, ""};
  RememberCarriedOut(effective, desired, observed, state);
  EXPECT_EQ(state.chart_values, Values("new"));
  EXPECT_TRUE(state.system_values.is_null());
  observed.system->content = "new";
  RememberCarriedOut(effective, desired, observed, state);
  EXPECT_EQ(state.system_values, Values("new"));
}

TEST_F(CarriedOut, OfAReleaseForAllCountsWhatThatOneIsMadeOf) {
  desired.base->shared = true;
  observed.base = ObservedRelease{"new", ServerState::kReady, ""};
  RememberCarriedOut(effective, desired, observed, state);
  EXPECT_TRUE(state.chart_values.is_null());
  observed.shared = ObservedRelease{"new", ServerState::kReady, ""};
  RememberCarriedOut(effective, desired, observed, state);
  EXPECT_EQ(state.chart_values, Values("new"));
}

TEST_F(CarriedOut, StaysWhatItWasWhileGitCannotBeRead) {
  state.system_values = Values("old");
  effective.usable = false;
  desired.system.reset();
  RememberCarriedOut(effective, desired, observed, state);
  EXPECT_EQ(state.system_values, Values("old"));
  effective.usable = true;
  RememberCarriedOut(effective, desired, observed, state);
  EXPECT_TRUE(state.system_values.is_null()) << "system.yaml is gone";
}

TEST_F(CarriedOut, RefusedValuesGiveWayToThoseThatStand) {
  RefusedSystem refused;
  desired.system->refused = "they must hold x";
  state.system_values = Values("old");
  refused.Hold(state, Render, effective, desired);
  EXPECT_EQ(effective.system_values, Values("old"));
  EXPECT_EQ(desired.system->values, "a: old\n");
  EXPECT_EQ(desired.system->refused, "they must hold x") << "and that is told";
  observed.system = ObservedRelease{"new", ServerState::kReady, ""};
  RememberCarriedOut(effective, desired, observed, state);
  EXPECT_EQ(state.system_values, Values("old"));
}

TEST_F(CarriedOut, NothingIsRecordedOfRefusedValuesWhereNoneStand) {
  RefusedSystem refused;
  desired.system->refused = "they must hold x";
  refused.Hold(state, Render, effective, desired);
  EXPECT_TRUE(effective.system_values.is_null());
  EXPECT_EQ(desired.system->values, "");
}

TEST_F(CarriedOut, WhatIsNotRefusedStaysAsItIs) {
  RefusedSystem refused;
  state.system_values = Values("old");
  refused.Hold(state, Render, effective, desired);
  EXPECT_EQ(effective.system_values, Values("new"));
  EXPECT_EQ(desired.system->values, "a: new\n");
}

}  // namespace
}  // namespace dagitops::reconcile
