#pragma once

#include <string>
#include <string_view>

#include "dagitops/doctor/facts.h"

namespace dagitops::kubernetes {

// A pod (v1) of Dagster's webserver or daemon, with the files that its command names as workspaces by -w or --workspace
// (dagster 1.13.27, _cli/workspace/cli_target.py) and the ConfigMaps that they come from. The chart runs a shell with
// one text; both forms are read.
doctor::DagsterPod ReadDagsterPod(const std::string& name, std::string_view json);

}  // namespace dagitops::kubernetes
