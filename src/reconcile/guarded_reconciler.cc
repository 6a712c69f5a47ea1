#include "dagitops/reconcile/guarded_reconciler.h"

#include <chrono>

#include "dagitops/base/log.h"

namespace dagitops::reconcile {
namespace {

constexpr Duration kLook = std::chrono::seconds(5);
constexpr Duration kPatience = std::chrono::seconds(20);  // a lease that nobody keeps any more ends after 15 s

}  // namespace

ReconcileResult GuardedReconciler::Reconcile() {
  const std::optional<std::string> why = parts_.why_not();
  if (!why) {
    told_.clear();
    since_.reset();
    return parts_.inner.Reconcile();
  }
  if (told_ != *why) {
    Log(LogLevel::kInfo, "waiting", {{"environment", environment_}, {"reason", *why}});
    TellInStatus(*why);
  }
  told_ = *why;
  if (!since_) since_ = parts_.clock.Now();
  if (TimeUntil(*since_ + kPatience, parts_.clock.Now(), kPatience) == Duration(0)) Refuse(*why);
  parts_.watcher.Waiting(environment_, *why);
  return {kLook, std::nullopt};
}

// What was last known stays in it.
void GuardedReconciler::TellInStatus(const std::string& why) {
  auto last = parts_.store.LoadStatus(environment_);
  EnvironmentStatus status = last && *last ? **last : EnvironmentStatus();
  status.environment = environment_;
  status.conditions = {{"Ready", Condition::Truth::kUnknown, "Standby", why},
                       {"Reconciling", Condition::Truth::kFalse, "Standby", "nothing is done from here"},
                       {"Stalled", Condition::Truth::kFalse, "Standby", "nothing waits for a person here"}};
  status.updated = parts_.clock.Now();
  if (auto written = parts_.store.SaveStatus(status); !written)
    Log(LogLevel::kError, "status not written", {{"error", written.error().Text()}});
}

void GuardedReconciler::Refuse(const std::string& why) {
  const auto requests = parts_.inbox.Take();
  if (!requests) return;
  for (const Request& request : *requests) {
    if (request.environment != environment_) continue;
    if (auto told = parts_.inbox.Answer({request.id, false, "nothing is done from here: " + why}); !told)
      Log(LogLevel::kError, "request not answered", {{"error", told.error().Text()}});
  }
}

}  // namespace dagitops::reconcile
