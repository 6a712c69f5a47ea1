#pragma once

#include <functional>
#include <optional>
#include <string>

#include "dagitops/base/clock.h"
#include "dagitops/reconcile/pass_watcher.h"
#include "dagitops/reconcile/reconciler.h"
#include "dagitops/store/state_store.h"

namespace dagitops::reconcile {

// Makes the passes of another one, but only while it is our turn: where several could keep one environment, one does.
// Meanwhile the status says so, and whoever asks something of this process is told, once that has lasted. Whoever knows
// that our turn has come wakes it.
class GuardedReconciler final : public Reconciler {
 public:
  struct Parts {
    Reconciler& inner;                                    // all outlive this
    std::function<std::optional<std::string>()> why_not;  // nullopt: it is our turn
    PassWatcher& watcher;
    StateStore& store;
    RequestInbox& inbox;
    const Clock& clock;
  };

  GuardedReconciler(std::string environment, Parts parts)
      : environment_(std::move(environment)), parts_(std::move(parts)) {}
  ReconcileResult Reconcile() override;

 private:
  void TellInStatus(const std::string& why);
  void Refuse(const std::string& why);

  std::string environment_;
  Parts parts_;
  std::string told_;               // why it waits
  std::optional<WallTime> since_;  // when that began
};

}  // namespace dagitops::reconcile
