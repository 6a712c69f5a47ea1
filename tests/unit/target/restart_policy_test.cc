#include "target/local_process/restart_policy.h"

#include <gtest/gtest.h>

#include "support/case_name.h"
#include "support/world.h"

namespace dagitops::local_process {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using support::kNow;

struct PolicyCase {
  std::string name;
  std::vector<Duration> ago;  // earlier restarts, oldest first
  int limit;
  std::optional<Duration> wanted;  // from now
  bool limited;
};

class NextRestartOf : public testing::TestWithParam<PolicyCase> {};

TEST_P(NextRestartOf, IsAsThePolicySays) {
  std::vector<WallTime> recent;
  for (const Duration ago : GetParam().ago) recent.push_back(kNow - ago);
  const RestartVerdict verdict = NextRestart(recent, kNow, GetParam().limit);
  EXPECT_EQ(verdict.at.has_value(), GetParam().wanted.has_value());
  if (verdict.at) {
    EXPECT_EQ(*verdict.at - kNow, *GetParam().wanted);
  }
  EXPECT_EQ(verdict.limited, GetParam().limited);
}

INSTANTIATE_TEST_SUITE_P(
    Histories, NextRestartOf,
    testing::Values(PolicyCase{"First", {}, 5, seconds(1), false},
                    PolicyCase{"Second", {seconds(10)}, 5, seconds(2), false},
                    PolicyCase{"Third", {seconds(20), seconds(10)}, 5, seconds(4), false},
                    PolicyCase{"PauseIsBounded", std::vector<Duration>(7, minutes(1)), 20, seconds(60), false},
                    PolicyCase{"PauseIsBoundedAfterVeryMany", std::vector<Duration>(200, minutes(1)), -1, seconds(60),
                               false},
                    PolicyCase{"LimitWaitsForTheWindow", {minutes(9), minutes(1)}, 2, minutes(1), true},
                    PolicyCase{"LimitCountsTheNewest", {minutes(9), minutes(4), minutes(1)}, 2, minutes(6), true},
                    PolicyCase{"LimitNeverShortensThePause", {minutes(10), seconds(2)}, 2, seconds(4), true},
                    PolicyCase{"LimitOfOne", {seconds(30)}, 1, seconds(570), true},
                    PolicyCase{"NoneAllowed", {}, 0, std::nullopt, true},
                    PolicyCase{"NoLimit", std::vector<Duration>(50, seconds(5)), -1, seconds(60), false}),
    support::CaseName{});

TEST(ForgetOldRestarts, KeepsTheWindow) {
  std::vector<WallTime> restarts{kNow - minutes(11), kNow - minutes(10), kNow - minutes(9), kNow};
  ForgetOldRestarts(restarts, kNow);
  EXPECT_EQ(restarts, (std::vector<WallTime>{kNow - minutes(9), kNow}));
}

TEST(ForgetOldRestarts, DropsWhatAClockThatWasSetBackLeftInTheFuture) {
  std::vector<WallTime> restarts{kNow - seconds(1), kNow + minutes(60)};
  ForgetOldRestarts(restarts, kNow);
  EXPECT_EQ(restarts, (std::vector<WallTime>{kNow - seconds(1)}));
}

}  // namespace
}  // namespace dagitops::local_process
