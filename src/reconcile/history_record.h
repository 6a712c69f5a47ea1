#pragma once

#include <string>

#include "dagitops/model/decision.h"
#include "dagitops/model/desired.h"
#include "dagitops/model/effective.h"
#include "dagitops/model/history.h"
#include "dagitops/model/status.h"

namespace dagitops::reconcile {

// What one pass ended with.
struct RecordInput {
  const EnvironmentState& state;
  const Effective& effective;
  const Desired& desired;
  const EnvironmentStatus& status;
  const std::string& workspace;  // bytes of workspace.yaml
};

// The record of an environment as it is: what is proven, what was decided, how it stands. Pure: the same input gives
// the same bytes, and so does an environment that was rebuilt from a record and has what the record has.
HistoryRecord MakeRecord(const RecordInput& input);

}  // namespace dagitops::reconcile
