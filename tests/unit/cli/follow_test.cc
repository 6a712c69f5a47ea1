#include "cli/follow.h"

#include <gtest/gtest.h>

#include <string>

namespace dagitops::cli {
namespace {

constexpr WallTime kAsked{Duration(1'000'000)};

struct FollowCase {
  std::string name;
  Progress expected = Progress::kWait;
  Duration updated{1000};  // after the question; negative: before it
  std::optional<Duration> fetch_began = Duration(100);
  std::string fetch_error = "";
  bool reconciling = false;
  bool branch_head = true;
};

class FollowRule : public testing::TestWithParam<FollowCase> {};

TEST_P(FollowRule, Holds) {
  const FollowCase& c = GetParam();
  EnvironmentStatus status;
  status.updated = kAsked + c.updated;
  if (c.fetch_began) status.fetched = FetchStatus{kAsked + *c.fetch_began, c.fetch_error};
  status.conditions = {
      {"Reconciling", c.reconciling ? Condition::Truth::kTrue : Condition::Truth::kFalse, "Settled", ""}};
  EXPECT_EQ(JudgeProgress(status, {kAsked, c.branch_head}, kAsked + Duration(60'000)), c.expected);
}

constexpr auto kBefore = Duration(-1);
constexpr auto kAfter = Duration(100);

INSTANTIATE_TEST_SUITE_P(
    All, FollowRule,
    testing::Values(FollowCase{"FetchedAndSettled", Progress::kSettled},
                    FollowCase{"FetchBegunInTheSameMillisecond", Progress::kSettled, kAfter, Duration(0)},
                    FollowCase{"StatusOfAnEarlierPass", Progress::kWait, kBefore},
                    FollowCase{"StatusOfTheSameMoment", Progress::kWait, Duration(0)},
                    FollowCase{"StatusFromBeforeTheClockWasSetBack", Progress::kWait, Duration(60'001)},
                    FollowCase{"NothingFetchedYet", Progress::kWait, kAfter, std::nullopt},
                    FollowCase{"FetchBegunBeforeTheQuestion", Progress::kWait, kAfter, kBefore},
                    FollowCase{"OlderFetchFailed", Progress::kWait, kAfter, kBefore, "timed out"},
                    FollowCase{"FetchFailed", Progress::kFetchFailed, kAfter, kAfter, "timed out"},
                    FollowCase{"FetchFailedWhileOthersMove", Progress::kFetchFailed, kAfter, kAfter, "timed out", true},
                    FollowCase{"StillOnItsWay", Progress::kWait, kAfter, kAfter, "", true},
                    FollowCase{"NamedRevisionNeedsNoFetch", Progress::kSettled, kAfter, kBefore, "timed out", false,
                               false},
                    FollowCase{"NamedRevisionOnItsWay", Progress::kWait, kAfter, kBefore, "", true, false}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace dagitops::cli
