#include "workspace/lint_files.h"

#include <utility>

#include "dagitops/schema/validator.h"

#include "workspace/lint_checks.h"
#include "workspace/policy_keys.h"
#include "workspace/report.h"

namespace dagitops::workspace {
namespace {

using schema::Violation;

Position PlaceOf(const std::string& file, const Mark& mark) { return {file, static_cast<int>(mark.line), mark.column}; }

struct Replacement {
  const char* key;
  const char* now;
};

// Of the values of chart `dagster`. Source: its changelog, 1.3.0 (dagit) and 0.11.0 (userDeployments).
constexpr Replacement kReplacedValues[] = {{"dagit", "dagsterWebserver"},
                                           {"userDeployments", "dagster-user-deployments"}};

}  // namespace

Diagnostics LintRepositoryFile(const Value& root, const std::string& file) {
  schema::Validator validator(schema::Schema::kRepository);
  Diagnostics diagnostics;
  for (const Violation& violation : validator.Validate(root)) {
    SchemaFault fault = DescribeViolation(violation, root);
    if (violation.kind == Violation::Kind::kUnknownKey) fault.code = "unknown-setting";
    diagnostics.push_back(Fault(std::string(fault.code), PlaceOf(file, violation.mark), std::move(fault.words)));
  }
  Append(diagnostics, CheckPolicyKeys(root, file));
  return diagnostics;
}

Diagnostics LintChartValues(const Value& root, const std::string& file) {
  Diagnostics diagnostics;
  for (const Value::Member& member : root.members()) {
    for (const auto& [key, now] : kReplacedValues) {
      if (member.key != key) continue;
      diagnostics.push_back(Warning("deprecated-key", PlaceOf(file, member.mark),
                                    {"the key `" + member.key + "`", now, std::string("write ") + now}));
    }
    if (member.key != "deployments") continue;
    diagnostics.push_back(Fault("misplaced-key", PlaceOf(file, member.mark),
                                {"`deployments`", "one fragment below locations/ for each of its entries",
                                 "move them: `dagitops import` makes the files"}));
  }
  return diagnostics;
}

}  // namespace dagitops::workspace
