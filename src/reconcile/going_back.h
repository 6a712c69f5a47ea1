#pragma once

#include "dagitops/reconcile/requests.h"

namespace dagitops::reconcile {

// Carries out kRollback and kRebuild.
RequestOutcome GoBack(const Request& request, EnvironmentState state, const RequestWorld& world);

}  // namespace dagitops::reconcile
