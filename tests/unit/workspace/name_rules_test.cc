#include "workspace/name_rules.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "support/case_name.h"

namespace dagitops::workspace {
namespace {

struct GoodName {
  const char* name;
  std::string text;
};
void PrintTo(const GoodName& c, std::ostream* out) { *out << c.name; }

class Good : public ::testing::TestWithParam<GoodName> {};

TEST_P(Good, IsAcceptedAndSuggestsItself) {
  EXPECT_TRUE(IsServiceName(GetParam().text));
  EXPECT_EQ(SuggestName(GetParam().text), GetParam().text);
}

const GoodName kGood[] = {
    {"Word", "analytics"}, {"OneLetter", "a"},       {"Dashes", "a-b-c"},
    {"Digits", "a1"},      {"EndsInADigit", "v2-1"}, {"Longest", std::string(63, 'a')},
};
INSTANTIATE_TEST_SUITE_P(NameRules, Good, ::testing::ValuesIn(kGood), support::CaseName());

struct BadName {
  const char* name;
  std::string text;
  std::string suggestion;
};
void PrintTo(const BadName& c, std::ostream* out) { *out << c.name; }

class Bad : public ::testing::TestWithParam<BadName> {};

TEST_P(Bad, IsRefusedWithANameThatWouldDo) {
  EXPECT_FALSE(IsServiceName(GetParam().text));
  EXPECT_EQ(SuggestName(GetParam().text), GetParam().suggestion);
  EXPECT_TRUE(IsServiceName(SuggestName(GetParam().text)));
}

const BadName kBad[] = {
    {"Empty", "", "location"},
    {"Capitals", "Analytics", "analytics"},
    {"Underscore", "my_code", "my-code"},
    {"Dot", "a.b", "a-b"},
    {"Space", "my code", "my-code"},
    {"SeveralSignsBecomeOneDash", "a _.b", "a-b"},
    {"StartsWithADigit", "2fast", "l-2fast"},
    {"StartsWithADash", "-a", "a"},
    {"EndsWithADash", "a-", "a"},
    {"EndsWithASign", "a!", "a"},
    {"OnlySigns", "_._", "location"},
    {"OtherAlphabet", "caf\xC3\xA9", "caf"},
    {"TooLong", std::string(64, 'a'), std::string(54, 'a') + "-ffe054fe"},
    {"TooLongWithADashAtTheCut", std::string(53, 'a') + "-" + std::string(20, 'b'), std::string(53, 'a') + "-af3ec493"},
};
INSTANTIATE_TEST_SUITE_P(NameRules, Bad, ::testing::ValuesIn(kBad), support::CaseName());

TEST(NameRules, TwoLongNamesStayTwo) {
  EXPECT_NE(SuggestName(std::string(70, 'a') + "x"), SuggestName(std::string(70, 'a') + "y"));
}

}  // namespace
}  // namespace dagitops::workspace
