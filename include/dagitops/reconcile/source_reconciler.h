#pragma once

#include <functional>
#include <optional>
#include <string>

#include "dagitops/base/clock.h"
#include "dagitops/base/metrics.h"
#include "dagitops/base/random.h"
#include "dagitops/reconcile/fetch_report.h"
#include "dagitops/reconcile/reconciler.h"
#include "dagitops/source/source.h"

namespace dagitops::reconcile {

struct SourceOptions {
  Duration interval = std::chrono::seconds(60);  // between fetches, up to 5 % longer by chance
  Duration timeout = std::chrono::seconds(60);   // of one fetch
};

struct SourceSeams {
  Source& source;
  SharedFetchReport& report;
  const Clock& clock;
  Random& random;
  Metrics& metrics = NoMetrics();
};

// Keeps the mirror up to date. Fetching has a reconciler of its own, so that a hanging git server never delays a pass.
class SourceReconciler final : public Reconciler {
 public:
  // `told` is called after each fetch that has something to say: the first one, one that found another head, one whose
  // failing began or ended, and one that came before its time, since somebody who asked for it waits for its report.
  SourceReconciler(SourceSeams seams, SourceOptions options, std::function<void()> told);
  ReconcileResult Reconcile() override;

 private:
  bool HasNews(const Result<BranchHead>& head, bool asked);

  SourceSeams seams_;
  SourceOptions options_;
  std::function<void()> told_;
  std::string last_head_;
  bool failing_ = false;
  std::optional<SteadyTime> due_;  // of the next fetch that nobody asks for
};

}  // namespace dagitops::reconcile
