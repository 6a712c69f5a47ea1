#pragma once

#include <functional>
#include <string>

#include "dagitops/base/clock.h"
#include "dagitops/base/random.h"
#include "dagitops/reconcile/fetch_report.h"
#include "dagitops/reconcile/reconciler.h"
#include "dagitops/source/source.h"

namespace dagitops::reconcile {

struct SourceOptions {
  Duration interval = std::chrono::seconds(60);  // between fetches, up to 5 % longer by chance
  Duration timeout = std::chrono::seconds(60);   // of one fetch
};

// Keeps the mirror up to date. Fetching has a reconciler of its own, so that a hanging git server never delays a pass.
class SourceReconciler final : public Reconciler {
 public:
  // `moved` is called after each fetch that found another head, and after the first one.
  SourceReconciler(Source& source, SharedFetchReport& report, Random& random, SourceOptions options,
                   std::function<void()> moved);
  ReconcileResult Reconcile() override;

 private:
  Source& source_;
  SharedFetchReport& report_;
  Random& random_;
  SourceOptions options_;
  std::function<void()> moved_;
  std::string last_head_;
  bool first_ = true;
};

}  // namespace dagitops::reconcile
