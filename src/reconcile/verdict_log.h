#pragma once

#include <vector>

#include "dagitops/decide/judge.h"
#include "dagitops/model/decision.h"
#include "dagitops/model/effective.h"

namespace dagitops::reconcile {

// Tells of each candidate that was proven, or is bad, a line with whose commit it was. `judged` is the state with the
// verdicts in it.
void LogVerdicts(const Effective& effective, const std::vector<decide::Verdict>& verdicts,
                 const EnvironmentState& judged);

}  // namespace dagitops::reconcile
