#include <algorithm>

#include "dagitops/base/secret.h"
#include "dagitops/model/scalar.h"

#include "workspace/lint_checks.h"

namespace dagitops::workspace {
namespace {

using schema::Path;
using schema::PathStep;
using schema::PathText;
using schema::Violation;

// True below a key that names a secret, and for the `value` of a variable that does.
bool IsSecret(const Path& path, const Value& root) {
  if (std::any_of(path.begin(), path.end(), [](const PathStep& step) { return LooksLikeSecretName(step.key); })) {
    return true;
  }
  if (path.empty() || path.back().key != "value") return false;
  const Value* variable = schema::At(root, Path(path.begin(), path.end() - 1));
  const Value* name = variable == nullptr ? nullptr : variable->Find("name");
  return name != nullptr && LooksLikeSecretName(name->text());
}

// What kind of value it is, without the value.
std::string KindOf(const Value& value) {
  if (!value.is_scalar() || value.quoted()) return "a text";
  return std::string(Describe(ResolveScalar(value.text())));
}

std::string Place(const Path& path) { return path.empty() ? "" : " at `" + PathText(path) + "`"; }

bool IsPlainScalar(const Value* value) { return value != nullptr && value->is_scalar() && !value->quoted(); }

}  // namespace

SchemaFault DescribeViolation(const Violation& violation, const Value& root) {
  const Value* value = schema::At(root, violation.path);
  SchemaFault fault{"schema-fault", {violation.found, violation.expected, violation.fix}};
  const bool quotes_missing =
      violation.kind == Violation::Kind::kType && violation.wants_string && IsPlainScalar(value);
  if (quotes_missing) fault.code = "unquoted-scalar";
  if (violation.kind == Violation::Kind::kUnknownKey) return fault;  // the key is in the words, the value is not
  if (value != nullptr && value->is_scalar() && IsSecret(violation.path, root)) {
    fault.words = {KindOf(*value), violation.expected,
                   quotes_missing ? "write the value in double quotes" : "correct the value"};
  }
  fault.words.found += Place(violation.path);
  return fault;
}

}  // namespace dagitops::workspace
