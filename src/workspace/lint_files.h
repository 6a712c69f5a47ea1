#pragma once

#include <string>

#include "dagitops/base/diagnostic.h"
#include "dagitops/model/value.h"

namespace dagitops::workspace {

// dagitops.yaml against schemas/repository.json. Faults: schema-fault, unquoted-scalar, unknown-setting and policy-key,
// since a slip in a policy must not switch it off.
Diagnostics LintRepositoryFile(const Value& root, const std::string& file);

// Values of the whole chart, as in environments/<env>/user-deployments.yaml: deprecated-key, and misplaced-key for
// `deployments`, whose entries belong into fragments.
Diagnostics LintChartValues(const Value& root, const std::string& file);

}  // namespace dagitops::workspace
