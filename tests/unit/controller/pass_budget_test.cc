#include "dagitops/controller/pass_budget.h"

#include <gtest/gtest.h>

namespace dagitops::controller {
namespace {

constexpr SteadyTime At(long long milliseconds) { return SteadyTime(milliseconds); }

TEST(PassBudget, ThreeSecondsOfPassesGoWithHardlyARest) {
  PassBudget budget;
  for (int i = 0; i < 30; ++i) {
    EXPECT_EQ(budget.Rest("a", At(i * 100), At(i * 100 + 100)), Duration(50)) << i;
  }
}

TEST(PassBudget, ARestIsAsLongAsThePassWas) {
  PassBudget budget;
  EXPECT_EQ(budget.Rest("a", At(0), At(2)), Duration(2));
  EXPECT_EQ(budget.Rest("a", At(10), At(10)), Duration(0));
}

TEST(PassBudget, ThenPassesTakeAFifthOfTheTime) {
  PassBudget budget;
  SteadyTime now = At(0);
  Duration spent{};
  while (now < At(60'000)) {
    const SteadyTime began = now;
    now += Duration(50);
    spent += Duration(50);
    now += budget.Rest("a", began, now);
  }
  EXPECT_LE(spent, Duration(60'000 / 5 + 3'100));
  EXPECT_GE(spent, Duration(60'000 / 5));
}

TEST(PassBudget, OnePassThatTookLongIsNotHeldAgainstTheNext) {
  PassBudget budget;
  EXPECT_EQ(budget.Rest("a", At(0), At(600'000)), Duration(1000));
  EXPECT_EQ(budget.Rest("a", At(601'000), At(601'000)), Duration(0));
}

TEST(PassBudget, WhatWasNotUsedIsNotSavedForLong) {
  PassBudget budget;
  budget.Rest("a", At(0), At(10));
  EXPECT_EQ(budget.Rest("a", At(3'600'000), At(3'604'000)), Duration(1000));
}

TEST(PassBudget, OtherKeysPayNothing) {
  PassBudget budget;
  budget.Rest("a", At(0), At(9'000));
  EXPECT_EQ(budget.Rest("b", At(9'000), At(9'010)), Duration(10));
}

}  // namespace
}  // namespace dagitops::controller
