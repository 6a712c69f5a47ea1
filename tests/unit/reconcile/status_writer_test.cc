#include "reconcile/status_writer.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "support/fake_store.h"

namespace dagitops::reconcile {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

EnvironmentStatus At(Duration time) {
  EnvironmentStatus status;
  status.environment = "production";
  status.fetched = FetchStatus{support::kNow, ""};
  status.locations.emplace_back().name = "a";
  status.updated = support::kNow + time;
  return status;
}

struct WriteCase {
  std::string name;
  Duration later;
  std::function<void(EnvironmentStatus&)> change;
  bool worth = true;
};

class StatusWrites : public testing::TestWithParam<WriteCase> {};

TEST_P(StatusWrites, AreMadeWhereTheySayMore) {
  EnvironmentStatus next = At(GetParam().later);
  GetParam().change(next);
  EXPECT_EQ(IsWorthWriting(At(Duration(0)), next), GetParam().worth);
}

INSTANTIATE_TEST_SUITE_P(
    All, StatusWrites,
    testing::Values(WriteCase{"OnlyTheTime", milliseconds(9'999), [](EnvironmentStatus&) {}, false},
                    WriteCase{"TimeThatGrowsOld", seconds(10), [](EnvironmentStatus&) {}},
                    WriteCase{"ClockSetBack", milliseconds(-1), [](EnvironmentStatus&) {}},
                    WriteCase{"Phase", seconds(1),
                              [](EnvironmentStatus& s) { s.locations[0].phase = LocationPhase::kHeld; }},
                    WriteCase{"Fetch", seconds(1), [](EnvironmentStatus& s) { s.fetched->began += seconds(1); }},
                    WriteCase{"Note", seconds(1), [](EnvironmentStatus& s) { s.notes.emplace_back("n"); }}),
    [](const auto& row) { return row.param.name; });

TEST(StatusWriter, WritesWhatSomebodyWaitsForInAnyCase) {
  support::FakeStore store;
  StatusWriter writer(store);
  ASSERT_TRUE(writer.Write(At(seconds(0)), false));
  ASSERT_TRUE(writer.Write(At(seconds(1)), false));
  EXPECT_EQ(store.status_saves, 1);
  ASSERT_TRUE(writer.Write(At(seconds(2)), true));
  EXPECT_EQ(store.status_saves, 2);
  EXPECT_EQ(store.status->updated, support::kNow + seconds(2));
}

TEST(StatusWriter, TriesAgainAfterAWriteThatFailed) {
  support::FakeStore store;
  StatusWriter writer(store);
  store.status_failing = Error{ErrorKind::kRetry, "disk-full", "status", "no space", ""};
  EXPECT_FALSE(writer.Write(At(seconds(0)), false));
  store.status_failing.reset();
  ASSERT_TRUE(writer.Write(At(seconds(0)), false));
  EXPECT_EQ(store.status_saves, 1);
}

}  // namespace
}  // namespace dagitops::reconcile
