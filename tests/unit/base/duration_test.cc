#include "dagitops/base/duration.h"

#include <gtest/gtest.h>

#include <string>

#include "support/case_name.h"

namespace dagitops {
namespace {

struct Good {
  const char* name;
  const char* text;
  long long milliseconds;
  const char* shortest;
};

class GoodDuration : public testing::TestWithParam<Good> {};

TEST_P(GoodDuration, IsReadAndPrintedInItsShortestForm) {
  const auto duration = ParseDuration(GetParam().text);
  ASSERT_TRUE(duration.has_value());
  EXPECT_EQ(duration->count(), GetParam().milliseconds);
  EXPECT_EQ(FormatDuration(*duration), GetParam().shortest);
  EXPECT_EQ(ParseDuration(FormatDuration(*duration)), duration);
}

INSTANTIATE_TEST_SUITE_P(All, GoodDuration,
                         testing::Values(Good{"Milliseconds", "500ms", 500, "500ms"},
                                         Good{"Seconds", "60s", 60'000, "1m"}, Good{"Minutes", "10m", 600'000, "10m"},
                                         Good{"Hours", "2h", 7'200'000, "2h"}, Good{"Days", "3d", 259'200'000, "3d"},
                                         Good{"Sum", "1h30m", 5'400'000, "1h30m"},
                                         Good{"SumOfAll", "1d2h3m4s5ms", 93'784'005, "1d2h3m4s5ms"},
                                         Good{"MinutesThenMilliseconds", "1m1ms", 60'001, "1m1ms"},
                                         Good{"Zero", "0s", 0, "0s"}, Good{"LeadingZero", "05m", 300'000, "5m"},
                                         Good{"Longest", "365d", 31'536'000'000, "365d"},
                                         Good{"NinetySeconds", "90s", 90'000, "1m30s"}),
                         support::CaseName{});

struct Bad {
  const char* name;
  const char* text;
};

class BadDuration : public testing::TestWithParam<Bad> {};

TEST_P(BadDuration, IsRefused) { EXPECT_FALSE(ParseDuration(GetParam().text).has_value()); }

INSTANTIATE_TEST_SUITE_P(All, BadDuration,
                         testing::Values(Bad{"Empty", ""}, Bad{"BareNumber", "60"}, Bad{"UnitOnly", "s"},
                                         Bad{"UnknownUnit", "5w"}, Bad{"Capital", "5M"}, Bad{"Minus", "-5s"},
                                         Bad{"Plus", "+5s"}, Bad{"SpaceInside", "5 s"}, Bad{"SpaceBefore", " 5s"},
                                         Bad{"SpaceAfter", "5s "}, Bad{"Fraction", "1.5h"},
                                         Bad{"NumberAtTheEnd", "1h30"}, Bad{"TooLong", "366d"},
                                         Bad{"SumTooLong", "365d1ms"}, Bad{"Overflow", "99999999999999999999s"},
                                         Bad{"OverflowOfTheProduct", "9223372036854775807d"}),
                         support::CaseName{});

TEST(FormatDuration, SaysZeroForWhatIsNotPositive) { EXPECT_EQ(FormatDuration(Duration(-5)), "0s"); }

}  // namespace
}  // namespace dagitops
