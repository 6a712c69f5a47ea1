#pragma once

#include <string>

#include "dagitops/base/diagnostic.h"
#include "dagitops/model/value.h"

namespace dagitops::workspace {

// dagitops.yaml against schemas/repository.json. Faults: schema-fault, unquoted-scalar, and unknown-setting, since a
// slip in a policy's key must not switch the policy off.
Diagnostics LintRepositoryFile(const Value& root, const std::string& file);

// Values of the whole chart, as in environments/<env>/user-deployments.yaml: deprecated-key, and misplaced-key for
// `deployments`, whose entries belong into fragments.
Diagnostics LintChartValues(const Value& root, const std::string& file);

}  // namespace dagitops::workspace
