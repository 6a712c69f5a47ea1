#include "reconcile/carried_out.h"

#include <optional>

#include "dagitops/base/log.h"

namespace dagitops::reconcile {
namespace {

bool IsCarriedOut(const std::optional<DesiredRelease>& desired, const std::optional<ObservedRelease>& observed) {
  return desired && desired->refused.empty() && observed && observed->content == desired->content;
}

}  // namespace

void RememberCarriedOut(const Effective& effective, const Desired& desired, const Observed& observed,
                        EnvironmentState& state) {
  if (!effective.usable) return;
  const bool shared = desired.base && desired.base->shared;
  if (IsCarriedOut(desired.base, shared ? observed.shared : observed.base)) state.chart_values = effective.chart_values;
  if (IsCarriedOut(desired.system, observed.system)) state.system_values = effective.system_values;
  if (!desired.system) state.system_values = Value();
}

void RefusedSystem::Hold(const EnvironmentState& state, const Render& render, Effective& effective, Desired& desired) {
  const bool refused = effective.usable && desired.system && !desired.system->refused.empty();
  const std::string why = refused ? desired.system->refused : "";
  if (why != told_ && refused)
    Log(LogLevel::kWarning, "Dagster itself stays as it is", {{"environment", effective.environment}, {"reason", why}});
  told_ = why;
  if (!refused) return;
  effective.system_values = state.system_values;
  const auto held = render(effective).system;
  desired.system->values = held ? held->values : "";
}

}  // namespace dagitops::reconcile
