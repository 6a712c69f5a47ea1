#include "cli/follow.h"

#include <algorithm>

namespace dagitops::cli {

bool HasCondition(const EnvironmentStatus& status, const std::string& type) {
  return std::any_of(status.conditions.begin(), status.conditions.end(), [&](const Condition& condition) {
    return condition.type == type && condition.truth == Condition::Truth::kTrue;
  });
}

Progress JudgeProgress(const EnvironmentStatus& status, const Awaited& awaited, WallTime now) {
  if (status.updated <= awaited.since || status.updated > now) return Progress::kWait;
  if (awaited.branch_head) {
    if (!status.fetched || status.fetched->began < awaited.since) return Progress::kWait;
    if (!status.fetched->error.empty()) return Progress::kFetchFailed;
  }
  return HasCondition(status, "Reconciling") ? Progress::kWait : Progress::kSettled;
}

}  // namespace dagitops::cli
