#pragma once

#include <string>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/model/desired.h"
#include "dagitops/model/observed.h"
#include "dagitops/model/plan.h"

namespace dagitops::plan {

struct PlanOptions {
  // How long a server outlives the moment workspace.yaml stopped naming it. The daemon re-reads the file every 60 s
  // (dagster 1.13.27, _daemon/controller.py, RELOAD_WORKSPACE_INTERVAL), so less than 90 s can hurt its schedules.
  Duration retire_after = std::chrono::seconds(90);
  // Least time between two publishings, so that many servers that become ready together cost few of them.
  Duration publish_every{0};
  // From a webserver's first reload after a publishing to the next one, if it does not show everything yet; doubles.
  Duration reload_pause = std::chrono::seconds(2);
};

// What SelectPublished chose, and how the render layer wrote it down.
struct WantedWorkspace {
  std::vector<WorkspaceEntry> entries;
  std::string text;
};

// What must change, in the order to do it, each item with its reason; a pure function of its arguments, so that the
// same observation gives the same plan. A plan for a world that is as desired is empty().
Plan MakePlan(const Desired& desired, const Observed& observed, const WantedWorkspace& workspace,
              const PlanOptions& options);

}  // namespace dagitops::plan
