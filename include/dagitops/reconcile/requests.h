#pragma once

#include <string>

#include "dagitops/model/decision.h"
#include "dagitops/source/source.h"
#include "dagitops/store/state_store.h"

namespace dagitops::reconcile {

struct RequestOutcome {
  EnvironmentState state;
  RequestAnswer answer;
};

// Carries a person's request out on the state. Only an `apply` at a revision asks the source, to resolve its name.
RequestOutcome CarryOut(const Request& request, EnvironmentState state, Source& source);

}  // namespace dagitops::reconcile
