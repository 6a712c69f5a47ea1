#pragma once

#include <optional>
#include <string>

#include "dagitops/base/clock.h"
#include "dagitops/model/observed.h"

namespace dagitops::plan {

// A server that nothing desired is made of any more.
struct RetireQuestion {
  const ObservedServer& server;
  RunsPolicy runs;
  WallTime now;
  Duration retire_after;
  bool still_named = false;    // the workspace.yaml that shall be published names it
  bool publishes_now = false;  // this pass writes workspace.yaml
};

struct RetireVerdict {
  bool stop = false;
  bool cut_runs = false;  // only with `stop`: runs are, or may be, inside it
  std::string reason;
  std::optional<Duration> look_again = {};  // when a "not yet" may become a "now"
  bool for_runs = false;                    // it waits for them
};

// Whether it may end now. One that was never published goes at once. The others outlive the moment workspace.yaml
// stopped naming them by `retire_after`, and their runs by the location's policy.
RetireVerdict JudgeRetirement(const RetireQuestion& question);

// In place: whether the version that is wanted since then may end `server` and take over from it.
RetireVerdict JudgeReplacement(const ObservedServer& server, const RunsPolicy& runs, Duration waited);

}  // namespace dagitops::plan
