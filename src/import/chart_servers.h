#pragma once

#include <string>

#include "dagitops/model/value.h"

#include "import/found.h"

namespace dagitops::import {

// Reads `dagsterWebserver.workspace` (before 1.3 `dagit.workspace`) of values of the chart dagster into `found`.
// The chart lists `servers` only where `enabled`, else its own deployments, and takes either servers or
// externalConfigmap (charts 1.10.5 and 1.12.19, templates/configmap-workspace.yaml and deployment-webserver.yaml).
void ReadChartServers(const std::string& file, const Value& values, Found& found);

}  // namespace dagitops::import
