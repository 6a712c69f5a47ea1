#pragma once

#include <vector>

#include "dagitops/model/desired.h"
#include "dagitops/model/observed.h"

namespace dagitops::plan {

// The servers that workspace.yaml shall name now, in published order: for each location the wanted server once its
// definitions load, until then the proven one. A proven location stays in even while its server is down, since Dagster
// forgets the schedules of a location that disappears (dagster 1.13.27, _scheduler/scheduler.py); for the same reason a
// published server of which nothing is remembered stays in until something better is ready, and a location that is
// removed stays in until another one that takes over its name in Dagster can be served. A location that never was
// published is not in before its definitions load. Locations that are left alone keep the address they have.
std::vector<WorkspaceEntry> SelectPublished(const Desired& desired, const Observed& observed);

}  // namespace dagitops::plan
