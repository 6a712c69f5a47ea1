#pragma once

#include <optional>
#include <utility>

#include "dagitops/base/clock.h"
#include "dagitops/model/status.h"
#include "dagitops/store/state_store.h"

namespace dagitops::reconcile {

// Whether a status says more than the one written before: anything but its time, or a time that readers would begin to
// take for that of a daemon that hangs.
bool IsWorthWriting(const EnvironmentStatus& before, const EnvironmentStatus& now);

// Writes the status of each pass, and leaves out those that would only move its time by a moment: each one costs two
// flushes of the disk, and passes may come five times a second.
class StatusWriter {
 public:
  explicit StatusWriter(StateStore& store) : store_(store) {}

  // `in_any_case`: somebody waits for a status of this pass.
  Status Write(EnvironmentStatus status, bool in_any_case);

 private:
  StateStore& store_;
  std::optional<EnvironmentStatus> last_;
};

}  // namespace dagitops::reconcile
