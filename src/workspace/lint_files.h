#pragma once

#include <string>

#include "dagitops/base/diagnostic.h"
#include "dagitops/model/composition.h"
#include "dagitops/model/value.h"
#include "dagitops/workspace/repository.h"

namespace dagitops::workspace {

// dagitops.yaml against schemas/repository.json. Faults: schema-fault, unquoted-scalar, unknown-setting and policy-key,
// since a slip in a policy must not switch it off.
Diagnostics LintRepositoryFile(const Value& root, const std::string& file);

// environments/<env>/user-deployments.yaml, as one environment has it.
struct ChartValuesInput {
  const Value& root;
  const std::string& file;
  EnvironmentOptions::Release release;
  const Policy& policy;
};

// Values of the whole chart, against schemas/chart-values.json and the policy. Faults: schema-fault, unquoted-scalar,
// misplaced-key for `deployments`, whose entries belong into fragments, fullname-override where each location has a
// release of its own, policy-registry and policy-forbidden, in extra manifests too. Warnings: deprecated-key,
// unknown-key.
Diagnostics LintChartValues(const ChartValuesInput& input);

}  // namespace dagitops::workspace
