#include "dagitops/reconcile/guarded_reconciler.h"

#include <gtest/gtest.h>

#include "dagitops/base/prometheus_metrics.h"
#include "dagitops/reconcile/pass_records.h"

#include "support/fake_clock.h"
#include "support/fake_store.h"

namespace dagitops::reconcile {
namespace {

class Counting final : public Reconciler {
 public:
  ReconcileResult Reconcile() override {
    ++passes;
    return {std::chrono::seconds(30), Error{ErrorKind::kRetry, "x", "", "", ""}};
  }
  int passes = 0;
};

TEST(GuardedReconciler, PassesWhileItIsOurTurn) {
  Counting inner;
  const support::FakeClock clock;
  support::FakeStore store;
  PrometheusMetrics metrics;
  PassRecords records(clock, metrics);
  std::optional<std::string> why;
  GuardedReconciler guarded("production", {inner, [&] { return why; }, records, store, store, clock});

  EXPECT_EQ(guarded.Reconcile().error->code, "x");
  EXPECT_EQ(inner.passes, 1);
  EXPECT_TRUE(records.Read().empty()) << "that is for the pass to tell";

  why = "the lease is another's";
  const ReconcileResult waits = guarded.Reconcile();
  EXPECT_EQ(inner.passes, 1);
  EXPECT_FALSE(waits.error);
  EXPECT_EQ(waits.requeue_after, std::chrono::seconds(5));
  EXPECT_EQ(records.Read().at("production").trouble, "the lease is another's");

  why.reset();
  guarded.Reconcile();
  EXPECT_EQ(inner.passes, 2);
}

TEST(GuardedReconciler, TellsThatItWaitsToWhoeverLooksOrAsks) {
  Counting inner;
  support::FakeClock clock;
  support::FakeStore store;
  store.status.emplace().paused = true;
  PrometheusMetrics metrics;
  PassRecords records(clock, metrics);
  GuardedReconciler guarded("production", {inner, [] { return std::optional<std::string>("it is another's"); }, records,
                                           store, store, clock});

  store.requests = {{"1", Request::Kind::kApply, "production", {}, ""}, {"2", Request::Kind::kApply, "other", {}, ""}};
  guarded.Reconcile();
  ASSERT_EQ(store.status->conditions.size(), 3U);
  EXPECT_EQ(store.status->conditions[0].reason, "Standby");
  EXPECT_EQ(store.status->conditions[0].message, "it is another's");
  EXPECT_TRUE(store.status->paused) << "what was known stays";
  EXPECT_TRUE(store.answers.empty()) << "it may be our turn in a moment";

  clock.Advance(std::chrono::seconds(20));
  guarded.Reconcile();
  ASSERT_EQ(store.answers.size(), 1U);
  EXPECT_EQ(store.answers[0].id, "1");
  EXPECT_FALSE(store.answers[0].accepted);
  EXPECT_EQ(store.answers[0].message, "nothing is done from here: it is another's");
  EXPECT_EQ(store.status_saves, 1) << "and the status is written where there is news";
}

}  // namespace
}  // namespace dagitops::reconcile
