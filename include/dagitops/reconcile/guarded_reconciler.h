#pragma once

#include <functional>
#include <optional>
#include <string>

#include "dagitops/reconcile/pass_watcher.h"
#include "dagitops/reconcile/reconciler.h"

namespace dagitops::reconcile {

// Makes the passes of another one, but only while it is our turn: where several could keep one environment, one does.
// Whoever knows that our turn has come wakes it.
class GuardedReconciler final : public Reconciler {
 public:
  struct Parts {
    Reconciler& inner;                                    // all outlive this
    std::function<std::optional<std::string>()> why_not;  // nullopt: it is our turn
    PassWatcher& watcher;
  };

  GuardedReconciler(std::string environment, Parts parts)
      : environment_(std::move(environment)), parts_(std::move(parts)) {}
  ReconcileResult Reconcile() override;

 private:
  std::string environment_;
  Parts parts_;
  std::string told_;  // why it waits
};

}  // namespace dagitops::reconcile
