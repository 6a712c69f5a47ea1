#pragma once

#include <string>

#include "dagitops/model/value.h"

#include "import/found.h"

namespace dagitops::import {

// Reads the values of a chart into `found`. Three layouts are told apart by their keys (charts 0.11 to 1.12):
//   dagster-user-deployments   `deployments` at the root
//   dagster                    `dagster-user-deployments` (before 0.15 also `userDeployments`), `dagsterWebserver`
//                              (before 1.3 `dagit`) or `dagsterDaemon` at the root
//   a chart above one of them  the same one or two keys further down; a chart passes `global` on to those below it
// False when the file has none of them.
bool ReadHelmValues(const std::string& file, const Value& root, Found& found);

// `value` without the null-valued keys of its mappings, at any depth.
Value WithoutNulls(const Value& value);

}  // namespace dagitops::import
