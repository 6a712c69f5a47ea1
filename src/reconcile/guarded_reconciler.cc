#include "dagitops/reconcile/guarded_reconciler.h"

#include <chrono>

#include "dagitops/base/log.h"

namespace dagitops::reconcile {
namespace {

constexpr Duration kLook = std::chrono::seconds(5);

}  // namespace

ReconcileResult GuardedReconciler::Reconcile() {
  const std::optional<std::string> why = parts_.why_not();
  if (!why) {
    told_.clear();
    return parts_.inner.Reconcile();
  }
  if (told_ != *why) Log(LogLevel::kInfo, "waiting", {{"environment", environment_}, {"reason", *why}});
  told_ = *why;
  parts_.watcher.Waiting(environment_, *why);
  return {kLook, std::nullopt};
}

}  // namespace dagitops::reconcile
