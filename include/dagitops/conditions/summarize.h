#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dagitops/base/error.h"
#include "dagitops/model/composition.h"
#include "dagitops/model/decision.h"
#include "dagitops/model/desired.h"
#include "dagitops/model/observed.h"
#include "dagitops/model/plan.h"
#include "dagitops/model/status.h"

namespace dagitops::conditions {

// Everything a pass came to know. Pointers are null for what it did not get to; errors are what stopped it.
struct PassOutcome {
  const EnvironmentState& state;
  const Composition* composition = nullptr;
  const Effective* effective = nullptr;
  const Desired* desired = nullptr;
  const Observed* observed = nullptr;
  const Plan* plan = nullptr;
  std::optional<Revision> head;  // as last fetched
  std::vector<Error> errors;     // of this pass, and of the last fetch
  WallTime now{};
  std::optional<FetchStatus> fetched = std::nullopt;
};

// The status to write: locations with phase, reason and author, and the conditions
//   Ready        every location of git is loaded as git says
//   Reconciling  something is still on its way
//   Stalled      a person must act: an approval, a broken fragment, a missing credential
EnvironmentStatus Summarize(const PassOutcome& outcome);

}  // namespace dagitops::conditions
