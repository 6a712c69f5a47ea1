#include "dagitops/decide/removal_budget.h"

#include <gtest/gtest.h>

#include <string>

#include "support/case_name.h"

namespace dagitops::decide {
namespace {

struct Case {
  std::string name;
  RemovalCount count;
  std::string reason;  // part of it; empty: allowed
};

class RemovalBudget : public testing::TestWithParam<Case> {};

TEST_P(RemovalBudget, AsksAPersonWhenTooMuchGoes) {
  const std::string reason = OverBudget(GetParam().count);
  if (GetParam().reason.empty()) {
    EXPECT_EQ(reason, "");
  } else {
    EXPECT_NE(reason.find(GetParam().reason), std::string::npos) << reason;
  }
}

INSTANTIATE_TEST_SUITE_P(Allowed, RemovalBudget,
                         testing::Values(Case{"Nothing", {10, 0, 0}, ""}, Case{"NothingOfNothing", {0, 0, 0}, ""},
                                         Case{"OneOfTwo", {2, 1, 0}, ""}, Case{"OneOfTen", {10, 1, 0}, ""},
                                         Case{"ThreeOfTenIsThirtyPercent", {10, 3, 0}, ""},
                                         Case{"TwentyOfHundred", {100, 20, 0}, ""},
                                         Case{"TrailerCoversAll", {4, 4, 4}, ""},
                                         Case{"TrailerCoversMany", {100, 50, 50}, ""}),
                         support::CaseName());

INSTANTIATE_TEST_SUITE_P(Waits, RemovalBudget,
                         testing::Values(Case{"TheOnlyOne", {1, 1, 0}, "leaves no location"},
                                         Case{"All", {3, 3, 0}, "leaves no location"},
                                         Case{"TwoOfSix", {6, 2, 0}, "30 %"}, Case{"FourOfTen", {10, 4, 0}, "4 of 10"},
                                         Case{"TwentyOne", {1000, 21, 0}, "more than 20"},
                                         Case{"TrailerTooSmall", {10, 4, 3}, "4 of 10"},
                                         Case{"NegativeTrailer", {10, 4, -4}, "4 of 10"}),
                         support::CaseName());

}  // namespace
}  // namespace dagitops::decide
