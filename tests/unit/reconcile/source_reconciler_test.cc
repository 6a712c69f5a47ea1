#include "dagitops/reconcile/source_reconciler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dagitops/base/prometheus_metrics.h"

#include "support/fake_clock.h"
#include "support/fake_source.h"

namespace dagitops::reconcile {
namespace {

using std::chrono::seconds;

class NoRandom final : public Random {
 public:
  std::uint64_t Next() override { return 0; }
};

class Fetching : public testing::Test {
 protected:
  // Fetches when it is due; how often the environments were told of it.
  int WhenDue() {
    clock.now += seconds(60);
    return Now();
  }
  int Now() {
    const int before = told;
    EXPECT_EQ(reconciler.Reconcile().requeue_after, seconds(60));
    return told - before;
  }

  support::FakeSource source;
  support::FakeClock clock;
  SharedFetchReport report;
  NoRandom random;
  PrometheusMetrics metrics;
  int told = 0;
  SourceReconciler reconciler{{source, report, clock, random, metrics}, {}, [this] { ++told; }};
};

TEST_F(Fetching, TellsTheFirstAnswerAndThenOnlyNews) {
  source.Commit({});
  EXPECT_EQ(Now(), 1);
  EXPECT_EQ(WhenDue(), 0);
  source.Commit({});
  EXPECT_EQ(WhenDue(), 1);
  EXPECT_EQ(WhenDue(), 0);
}

TEST_F(Fetching, TellsWhenFailingBeginsAndWhenItEnds) {
  source.Commit({});
  Now();
  source.failing = Error{ErrorKind::kRetry, "git-unreachable", "https://git", "nobody listens", ""};
  EXPECT_EQ(WhenDue(), 1);
  EXPECT_EQ(report.lock()->error->code, "git-unreachable");
  EXPECT_EQ(WhenDue(), 0);
  source.failing.reset();
  EXPECT_EQ(WhenDue(), 1);
  EXPECT_FALSE(report.lock()->error);
}

TEST_F(Fetching, TellsAFirstFetchThatFails) {
  source.failing = Error{ErrorKind::kRetry, "git-unreachable", "https://git", "nobody listens", ""};
  EXPECT_EQ(Now(), 1) << "what the mirror holds is still worth running";
}

TEST_F(Fetching, TellsAFetchThatWasAskedForThoughItFindsNothingNew) {
  source.Commit({});
  Now();
  clock.now += seconds(59);
  EXPECT_EQ(Now(), 1) << "somebody waits for its report";
  EXPECT_EQ(report.lock()->began, clock.now);
  EXPECT_EQ(WhenDue(), 0);
}

TEST_F(Fetching, CountsHeadsThatNobodyToldOf) {
  const auto text = [this] { return metrics.Text(); };
  source.Commit({});
  Now();
  source.Commit({});
  Now();  // asked for: a webhook, say
  EXPECT_THAT(text(), testing::HasSubstr("\ndagitops_found_only_by_poll_total 0\n"));
  source.Commit({});
  WhenDue();
  WhenDue();
  EXPECT_THAT(text(), testing::HasSubstr("\ndagitops_found_only_by_poll_total 1\n"));
  source.failing = Error{ErrorKind::kRetry, "git-unreachable", "https://git", "nobody listens", ""};
  WhenDue();
  EXPECT_THAT(text(), testing::HasSubstr("\ndagitops_fetch_total{result=\"success\"} 4\n"));
  EXPECT_THAT(text(), testing::HasSubstr("\ndagitops_fetch_total{result=\"error\"} 1\n"));
  EXPECT_THAT(text(), testing::HasSubstr("\ndagitops_fetch_duration_seconds_count 5\n"));
}

}  // namespace
}  // namespace dagitops::reconcile
