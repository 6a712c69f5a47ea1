#include "dagitops/base/time_text.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace dagitops {
namespace {

using namespace std::chrono_literals;

TEST(TimeText, IsUtcWithMilliseconds) {
  EXPECT_EQ(TimeToText(WallTime{}), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(TimeToText(WallTime(1795353605123ms)), "2026-11-22T13:20:05.123Z");
  EXPECT_EQ(TimeToText(WallTime(-1ms)), "1969-12-31T23:59:59.999Z");
}

TEST(TimeText, ReadsBackWhatItWrote) {
  for (long long ms = -62'135'596'800'000; ms < 253'402'300'799'999; ms += 86'399'999'777 * 5) {
    const WallTime time{std::chrono::milliseconds(ms)};
    EXPECT_EQ(TimeFromText(TimeToText(time)), time) << TimeToText(time);
  }
}

TEST(TimeText, ReadsWholeSeconds) { EXPECT_EQ(TimeFromText("2026-11-22T13:20:05Z"), WallTime(1795353605000ms)); }

class BadTime : public ::testing::TestWithParam<std::string> {};

TEST_P(BadTime, IsRefused) { EXPECT_EQ(TimeFromText(GetParam()), std::nullopt); }

INSTANTIATE_TEST_SUITE_P(Texts, BadTime,
                         ::testing::Values("", "2026-11-22", "2026-11-22T13:20:05", "2026-11-22T13:20:05.123",
                                           "2026-11-22 13:20:05.123Z", "2026-13-22T13:20:05.123Z",
                                           "2026-02-29T13:20:05.123Z", "2026-11-22T24:20:05.123Z",
                                           "2026-11-22T13:60:05.123Z", "2026-11-22T13:20:60.123Z",
                                           "2026-11-22T13:20:05.123Z ", "20x6-11-22T13:20:05.123Z",
                                           "2026-11-22T13:20:05.123+01:00", "-026-11-22T13:20:05.123Z"));

}  // namespace
}  // namespace dagitops
