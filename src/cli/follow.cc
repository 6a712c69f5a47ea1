#include "cli/follow.h"

#include <algorithm>

namespace dagitops::cli {

namespace {

using Truth = Condition::Truth;

bool Is(const EnvironmentStatus& status, const std::string& type, Truth truth) {
  return std::any_of(status.conditions.begin(), status.conditions.end(),
                     [&](const Condition& condition) { return condition.type == type && condition.truth == truth; });
}

}  // namespace

bool HasCondition(const EnvironmentStatus& status, const std::string& type) { return Is(status, type, Truth::kTrue); }

Progress JudgeProgress(const EnvironmentStatus& status, const Awaited& awaited, WallTime now) {
  if (status.updated <= awaited.since || status.updated > now) return Progress::kWait;
  if (awaited.branch_head) {
    if (!status.fetched || status.fetched->began < awaited.since) return Progress::kWait;
    if (!status.fetched->error.empty()) return Progress::kFetchFailed;
  }
  // A pass that could not look says nothing; the next one may.
  const bool moves = Is(status, "Reconciling", Truth::kTrue) || Is(status, "Reconciling", Truth::kUnknown);
  return moves ? Progress::kWait : Progress::kSettled;
}

}  // namespace dagitops::cli
