#include "dagitops/model/service_name.h"

#include <gtest/gtest.h>

#include <random>
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

INSTANTIATE_TEST_SUITE_P(
    All, BadServiceName,
    testing::Values(Case{"Empty", "", "location"}, Case{"Upper", "Sales", "sales"},
                    Case{"Underscore", "data_platform", "data-platform"}, Case{"StartsWithDigit", "2nd", "l-2nd"},
                    Case{"StartsWithDash", "-a", "a"}, Case{"EndsWithDash", "a-", "a"},
                    Case{"Dotted", "a.b.c", "a-b-c"}, Case{"FileAndAttribute", "repo.py:defs", "repo-py-defs"},
                    Case{"OnlySigns", "___", "location"}, Case{"RunOfSigns", "a _.b", "a-b"},
                    Case{"NotAscii", "caf\xc3\xa9", "caf"}, Case{"Newline", "a\n", "a"},
                    Case{"NotAscii2", "\xc3\xa9t\xc3\xa9", "t"}, Case{"Digits", "42", "l-42"},
                    Case{"DigitAfterSigns", "_2nd", "l-2nd"}, Case{"Nul", std::string("a\0b", 3), "a-b"},
                    Case{"JustTooLongWithTheLetter", std::string(62, '1'), "l-" + std::string(52, '1') + "-4d15cac6"},
                    Case{"CutBehindASign", std::string(53, 'a') + "_" + std::string(20, 'b'),
                         std::string(53, 'a') + "-4fa2c8ef"},
                    Case{"TooLong", std::string(64, 'a'), std::string(54, 'a') + "-ffe054fe"}),
    support::CaseName{});

TEST(SuggestServiceName, IsGoodWhateverCameInAndStaysWhenAskedAgain) {
  std::mt19937 random(20261122);  // NOLINT: the same names on every run
  for (int i = 0; i < 20'000; ++i) {
    std::string name(random() % 90, ' ');
    for (char& c : name) c = static_cast<char>(random() % 3 == 0 ? random() % 256 : 'A' + random() % 60);
    const std::string suggested = SuggestServiceName(name);
    ASSERT_TRUE(IsServiceName(suggested)) << suggested;
    ASSERT_EQ(SuggestServiceName(suggested), suggested);
    ASSERT_EQ(SuggestServiceName(name), suggested);
  }
}

TEST(IsServiceName, TakesNoOtherCharacterThanItsAlphabet) {
  for (int c = 0; c < 256; ++c) {
    const bool letter = c >= 'a' && c <= 'z';
    const bool inner = letter || (c >= '0' && c <= '9') || c == '-';
    const std::string character(1, static_cast<char>(c));
    EXPECT_EQ(IsServiceName(character), letter) << c;
    EXPECT_EQ(IsServiceName("a" + character + "z"), inner) << c;
    EXPECT_EQ(IsServiceName("a" + character), inner && c != '-') << c;
  }
}

TEST(SuggestServiceName, KeepsLongNamesApart) {
  EXPECT_NE(SuggestServiceName(std::string(70, 'a') + "1"), SuggestServiceName(std::string(70, 'a') + "2"));
}

}  // namespace
}  // namespace dagitops
