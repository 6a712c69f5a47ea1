#pragma once

#include "dagitops/base/clock.h"
#include "dagitops/model/status.h"

namespace dagitops::cli {

// What somebody who asked for something waits for.
struct Awaited {
  WallTime since{};         // when it was asked
  bool branch_head = true;  // what was pushed until then shall be in it; false: a named revision was asked for
};

enum class Progress { kWait, kSettled, kFetchFailed };

// Whether a status answers: it is of a pass after the question, nothing is on its way, and its head is one that a fetch
// begun after the question has found. An older fetch may have missed what was pushed just before. A fetch that failed
// ends the waiting, since nobody knows when the next one succeeds. A status of a time to come is an old one, from
// before the clock was set back: the next pass replaces it.
Progress JudgeProgress(const EnvironmentStatus& status, const Awaited& awaited, WallTime now);

bool HasCondition(const EnvironmentStatus& status, const std::string& type);

}  // namespace dagitops::cli
