#include "dagitops/model/service_name.h"

#include <gtest/gtest.h>

#include <string>

#include "support/case_name.h"

namespace dagitops {
namespace {

struct Case {
  const char* name;
  std::string given;
  std::string suggested;
};
class GoodServiceName : public testing::TestWithParam<Case> {};
class BadServiceName : public testing::TestWithParam<Case> {};

TEST_P(GoodServiceName, IsTakenAsItIs) {
  EXPECT_TRUE(IsServiceName(GetParam().given));
  EXPECT_EQ(SuggestServiceName(GetParam().given), GetParam().given);
}

TEST_P(BadServiceName, GetsAGoodOneSuggested) {
  EXPECT_FALSE(IsServiceName(GetParam().given));
  const std::string suggested = SuggestServiceName(GetParam().given);
  EXPECT_EQ(suggested, GetParam().suggested);
  EXPECT_TRUE(IsServiceName(suggested)) << suggested;
}

INSTANTIATE_TEST_SUITE_P(All, GoodServiceName,
                         testing::Values(Case{"OneLetter", "a", ""}, Case{"Plain", "analytics", ""},
                                         Case{"DigitsAndDashes", "etl-2-b--c4", ""},
                                         Case{"Longest", std::string(63, 'a'), ""}),
                         support::CaseName{});

INSTANTIATE_TEST_SUITE_P(All, BadServiceName,
                         testing::Values(Case{"Empty", "", "location"}, Case{"Upper", "Sales", "sales"},
                                         Case{"Underscore", "data_platform", "data-platform"},
                                         Case{"StartsWithDigit", "2nd", "l-2nd"}, Case{"StartsWithDash", "-a", "a"},
                                         Case{"EndsWithDash", "a-", "a"}, Case{"Dotted", "a.b.c", "a-b-c"},
                                         Case{"FileAndAttribute", "repo.py:defs", "repo-py-defs"},
                                         Case{"OnlySigns", "___", "location"}, Case{"RunOfSigns", "a _.b", "a-b"},
                                         Case{"NotAscii", "caf\xc3\xa9", "caf"}, Case{"Newline", "a\n", "a"},
                                         Case{"TooLong", std::string(64, 'a'), std::string(54, 'a') + "-ffe054fe"}),
                         support::CaseName{});

TEST(SuggestServiceName, KeepsLongNamesApart) {
  EXPECT_NE(SuggestServiceName(std::string(70, 'a') + "1"), SuggestServiceName(std::string(70, 'a') + "2"));
}

}  // namespace
}  // namespace dagitops
