#pragma once

#include <string>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/model/composition.h"
#include "dagitops/model/desired.h"
#include "dagitops/model/effective.h"
#include "dagitops/model/observed.h"

namespace dagitops::decide {

// What the world says about the version that shall be proven.
struct Verdict {
  enum class Kind { kProven, kBad, kPending };
  std::string location;
  Kind kind = Kind::kPending;
  std::string reason;  // why it is bad, or what is waited for

  friend bool operator==(const Verdict&, const Verdict&) = default;
};

struct JudgeOptions {
  EnvironmentOptions::Verify verify = EnvironmentOptions::Verify::kDagster;
  // A webserver that still reports an error this long after it was made to load a server that itself is ready.
  Duration load_deadline = std::chrono::seconds(60);
};

// One verdict for each desired location. Proven means: its server is ready and every webserver lists the location with
// definitions from exactly that server. loadStatus is not asked, it always says LOADED (dagster 1.13.27).
std::vector<Verdict> Judge(const Desired& desired, const Observed& observed, const JudgeOptions& options);

// The state after these verdicts: proven candidates become last good, bad ones are remembered with reason and author
// and tried again after 1 min, doubling to 10 min, because the cause may lie outside of git.
EnvironmentState Record(EnvironmentState state, const Effective& effective, const std::vector<Verdict>& verdicts,
                        WallTime now);

// The state without the locations whose removal is complete: nothing of them is running any more.
EnvironmentState Forget(EnvironmentState state, const Effective& effective, const Observed& observed);

}  // namespace dagitops::decide
