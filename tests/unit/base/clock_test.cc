#include "dagitops/base/clock.h"

#include <gtest/gtest.h>

#include <string>

#include "support/case_name.h"

namespace dagitops {
namespace {

struct Case {
  const char* name;
  long long milliseconds;
  const char* text;
};

class FormatTimeTable : public testing::TestWithParam<Case> {};

TEST_P(FormatTimeTable, GivesWholeSecondsUtc) {
  EXPECT_EQ(FormatTime(WallTime(Duration(GetParam().milliseconds))), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(All, FormatTimeTable,
                         testing::Values(Case{"Epoch", 0, "1970-01-01T00:00:00Z"},
                                         Case{"FractionIsCut", 1999, "1970-01-01T00:00:01Z"},
                                         Case{"BeforeEpochGoesDown", -1, "1969-12-31T23:59:59Z"},
                                         Case{"LeapDay", 1709164800000, "2024-02-29T00:00:00Z"},
                                         Case{"Beyond32Bits", 4102444799000, "2099-12-31T23:59:59Z"}),
                         support::CaseName{});

TEST(SystemClock, DoesNotRunBackwards) {
  const SystemClock clock;
  const SteadyTime first = clock.Steady();
  EXPECT_GE(clock.Steady(), first);
  EXPECT_GT(FormatTime(clock.Now()), "2024-01-01T00:00:00Z");
}

struct UntilCase {
  const char* name;
  Duration ahead;  // of now
  Duration wait;
};

class TimeUntilTable : public testing::TestWithParam<UntilCase> {};

TEST_P(TimeUntilTable, WaitsForNoTimeThatOnlyAWrongClockCanHaveSet) {
  const WallTime now{std::chrono::hours(500'000)};
  EXPECT_EQ(TimeUntil(now + GetParam().ahead, now, std::chrono::minutes(10)), GetParam().wait);
}

INSTANTIATE_TEST_SUITE_P(All, TimeUntilTable,
                         testing::Values(UntilCase{"LongPast", -std::chrono::hours(9), Duration(0)},
                                         UntilCase{"Now", Duration(0), Duration(0)},  //
                                         UntilCase{"InAMillisecond", Duration(1), Duration(1)},
                                         UntilCase{"AsFarAsCanBe", std::chrono::minutes(10), std::chrono::minutes(10)},
                                         UntilCase{"FartherThanThat", std::chrono::minutes(10) + Duration(1),
                                                   Duration(0)},
                                         UntilCase{"InYears", std::chrono::hours(100'000), Duration(0)}),
                         support::CaseName{});

}  // namespace
}  // namespace dagitops
