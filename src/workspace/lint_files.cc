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

}  // namespace dagitops::workspace
