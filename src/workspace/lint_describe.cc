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

// True at and below the variables of the entry, of one of its containers, or of the defaults in dagitops.yaml.
bool IsBelowEnv(const Path& path) {
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i].key == "env" && (i == 0 || path[i - 1].index >= 0 || path[i - 1].key == "defaults")) return true;
  }
  return false;
}

// `envSecrets` and `secretKeyRef` lead to names of secrets, not to secrets.
bool IsSecretKey(const PathStep& step) { return step.key != "envSecrets" && LooksLikeSecretName(step.key); }

bool IsSecret(const Path& path) { return IsBelowEnv(path) || std::any_of(path.begin(), path.end(), IsSecretKey); }

// What kind of value it is, without the value.
std::string KindOf(const Value& value) {
  if (!value.is_scalar() || value.quoted()) return "a text";
  return std::string(Describe(ResolveScalar(value.text())));
}

std::string Place(const Path& path) { return path.empty() ? "" : " at `" + ShownPath(path) + "`"; }

bool IsPlainScalar(const Value* value) { return value != nullptr && value->is_scalar() && !value->quoted(); }

// What to write, unless that would show the value.
std::string FixWithout(const std::string& value, const std::string& fix, bool quotes_missing) {
  if (quotes_missing) return "write the value in double quotes";
  return value.empty() || fix.find(value) == std::string::npos ? fix : "correct the value";
}

}  // namespace

std::string ShownPath(const Path& path) {
  if (!IsBelowEnv(path)) return PathText(path);
  Path shown = path;
  for (PathStep& step : shown) {
    const std::string key = ShownKey(step.key);
    if (step.index < 0) step.key = key.substr(1, key.size() - 2);  // PathText quotes it where it must be
  }
  return PathText(shown);
}

SchemaFault DescribeViolation(const Violation& violation, const Value& root) {
  const Value* value = schema::At(root, violation.path);
  SchemaFault fault{"schema-fault", {violation.found, violation.expected, violation.fix}};
  const bool quotes_missing =
      violation.kind == Violation::Kind::kType && violation.wants_string && IsPlainScalar(value);
  if (quotes_missing) fault.code = "unquoted-scalar";
  if (violation.kind == Violation::Kind::kUnknownKey) return fault;  // the key is in the words, the value is not
  if (value != nullptr && value->is_scalar() && IsSecret(violation.path)) {
    fault.words = {KindOf(*value), violation.expected, FixWithout(value->text(), violation.fix, quotes_missing)};
  }
  fault.words.found += Place(violation.path);
  return fault;
}

}  // namespace dagitops::workspace
