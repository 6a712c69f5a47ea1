#pragma once

#include <optional>
#include <vector>

#include "dagitops/base/clock.h"

#include "target/local_process/inventory.h"

namespace dagitops::local_process {

inline constexpr Duration kRestartWindow = std::chrono::minutes(10);

// Drops what lies before the window; `restarts` is sorted.
void ForgetOldRestarts(std::vector<WallTime>& restarts, WallTime now);

// How long a process that waits for its next start has to wait on.
Duration UntilStart(const Supervised& process, WallTime now);

struct RestartVerdict {
  std::optional<WallTime> at;  // nullopt: never
  bool limited = false;        // it waits because of the limit, and not just for the pause between two tries
};

// When a process that ended just now may be started again: 1 s after, then 2, 4, ... at most 60 s; and no more often
// than `limit` times within the window, so that one that cannot live costs little and one whose database came back is
// served again without anybody's doing. A limit of 0 means never; negative means no limit.
RestartVerdict NextRestart(const std::vector<WallTime>& recent, WallTime now, int limit);

}  // namespace dagitops::local_process
