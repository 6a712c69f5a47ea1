#pragma once

#include "dagitops/model/desired.h"
#include "dagitops/model/observed.h"

namespace dagitops::reconcile {

// Servers that nobody runs from here stand among the observed ones as well, so that judging, publishing and planning
// treat all servers alike: always ready, published when workspace.yaml names their address. Replaces those of an
// earlier call.
void ObserveExternals(const Desired& desired, Observed& observed);

}  // namespace dagitops::reconcile
