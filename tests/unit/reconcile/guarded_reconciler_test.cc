#include "dagitops/reconcile/guarded_reconciler.h"

#include <gtest/gtest.h>

#include "dagitops/base/prometheus_metrics.h"
#include "dagitops/reconcile/pass_records.h"

#include "support/fake_clock.h"

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
  PrometheusMetrics metrics;
  PassRecords records(clock, metrics);
  std::optional<std::string> why;
  GuardedReconciler guarded("production", {inner, [&] { return why; }, records});

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

}  // namespace
}  // namespace dagitops::reconcile
