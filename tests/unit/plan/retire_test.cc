#include "plan/retire.h"

#include <gtest/gtest.h>

#include "support/case_name.h"
#include "support/world.h"

namespace dagitops::plan {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using support::MakeObserved;
using support::Published;
using support::Retired;

struct Case {
  std::string name;
  ObservedServer server;
  RunsPolicy runs;
  bool named;
  bool stop;
  bool cut;
  std::string reason;                  // part of it
  std::optional<Duration> look_again;  // when not stopping
};

class Retirement : public testing::TestWithParam<Case> {};

TEST_P(Retirement, HappensWhenNothingNeedsTheServer) {
  const Case& c = GetParam();
  const auto verdict = JudgeRetirement({c.server, c.runs, support::kNow, seconds(90), c.named, false});
  EXPECT_EQ(verdict.stop, c.stop) << verdict.reason;
  EXPECT_EQ(verdict.cut_runs, c.cut);
  EXPECT_NE(verdict.reason.find(c.reason), std::string::npos) << verdict.reason;
  EXPECT_EQ(verdict.look_again, c.look_again);
}

const ObservedServer kOld = MakeObserved("a", "1");
const RunsPolicy kWait{true, minutes(30)};
const RunsPolicy kNoWait{false, minutes(30)};

INSTANTIATE_TEST_SUITE_P(
    Cases, Retirement,
    testing::Values(Case{"NeverPublished", kOld, kWait, false, true, false, "never published", {}},
                    Case{"StillPublished", Published(kOld), kWait, false, false, false, "names it", seconds(1)},
                    Case{"NamedByTheNextFile", kOld, kWait, true, false, false, "names it", seconds(1)},
                    Case{"JustRetired", Retired(kOld, seconds(10)), kWait, false, false, false, "1m20s", seconds(80)},
                    Case{"LongRetired", Retired(kOld, seconds(90)), kWait, false, true, false, "no runs", {}},
                    Case{"RunInIt", Retired(kOld, minutes(5), 1), kWait, false, false, false, "1 run is", seconds(2)},
                    Case{"RunsUnknown", Retired(kOld, minutes(5), -1), kWait, false, false, false, "cannot be asked",
                         seconds(2)},
                    Case{"RunsOverTheLimit", Retired(kOld, minutes(30), 2), kWait, false, true, true, "2 runs", {}},
                    Case{"RunsNotWaitedFor", Retired(kOld, minutes(5), 2), kNoWait, false, true, true, "runs: now", {}},
                    Case{"RetireTimeComesFirst", Retired(kOld, seconds(10), 2), kNoWait, false, false, false, "daemon",
                         seconds(80)},
                    Case{"EndedByItself",
                         Retired(MakeObserved("a", "1", ServerState::kFailed), seconds(1), -1),
                         kWait,
                         false,
                         true,
                         false,
                         "ended",
                         {}},
                    Case{"AlreadyEnding", MakeObserved("a", "1", ServerState::kStopping), kWait, false, false, false,
                         "ending", std::chrono::milliseconds(200)}),
    support::CaseName());

}  // namespace
}  // namespace dagitops::plan
