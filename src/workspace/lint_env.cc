#include <algorithm>
#include <array>
#include <cctype>

#include "dagitops/base/secret.h"
#include "dagitops/base/text.h"
#include "dagitops/model/scalar.h"

#include "workspace/lint_checks.h"

namespace dagitops::workspace {
namespace {

std::string Upper(std::string_view text) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return upper;
}

// Variables that say where a secret is, or something about it, rather than what it is.
bool NamesItsPlace(std::string_view name) {
  static constexpr std::array<std::string_view, 22> kEndings{
      "_FILE", "_PATH", "_DIR", "_NAME",   "_URL",     "_URI",   "_ARN",    "_ENDPOINT", "_HOST",  "_KEY_NAME", "_TTL",
      "_TYPE", "_MODE", "_AGE", "_EXPIRY", "_SECONDS", "_LIMIT", "_LENGTH", "_HEADER",   "_MOUNT", "_PREFIX",   "_REF"};
  const std::string upper = Upper(name);
  return std::any_of(kEndings.begin(), kEndings.end(),
                     [&](std::string_view ending) { return upper.ends_with(ending); });
}

// Switches, numbers and references give nothing away.
bool IsHarmless(std::string_view value) {
  if (value.empty() || (value.starts_with("$(") && value.ends_with(")"))) return true;
  const ScalarType type = ResolveScalar(value);
  return type == ScalarType::kBool || type == ScalarType::kNull || (type == ScalarType::kInteger && value.size() < 4);
}

void CheckVariable(LintReport& report, const std::string& name, const Value& value) {
  if (!value.is_scalar() || !LooksLikeSecretVariable(name, value.text())) return;
  report.Tell("secret-in-env", value.mark(),
              {"a value in plain text that looks like a secret, in the variable " + ShownKey(name),
               "`envSecrets`, or `valueFrom: {secretKeyRef: ...}`",
               "keep it out of git: put it into a Secret (locally into dagitops.local.envFile), and replace it where "
               "it is used"});
}

void CheckVariables(LintReport& report, const Value* env) {
  if (env == nullptr) return;
  for (const Value::Member& member : env->members()) CheckVariable(report, member.key, member.value);
  for (const Value& item : env->items()) {
    const Value* name = item.Find("name");
    const Value* value = item.Find("value");
    if (name != nullptr && value != nullptr) CheckVariable(report, name->text(), *value);
  }
}

// Set in two layers, the merger has told it.
void CheckSource(LintReport& report, const Value& item) {
  const Value* value = item.Find("value");
  const Value* from = item.Find("valueFrom");
  if (value == nullptr || from == nullptr || value->mark().layer != from->mark().layer) return;
  const Value* name = item.Find("name");
  report.Tell("env-two-sources", item.mark(),
              {"`value` and `valueFrom` of " + ShownKey(name == nullptr ? "" : name->text()), "one of them",
               "remove one of the two"});
}

void CheckSourcesOf(LintReport& report, const Value* env) {
  if (env == nullptr) return;
  for (const Value& item : env->items()) CheckSource(report, item);
}

// Calls `check` with the `env` of the entry and of each of its further containers; nullptr where there is none.
template <class Check>
void ForEachEnv(const Value& entry, Check check) {
  check(entry.Find("env"));
  for (const char* list : {"initContainers", "sidecarContainers"}) {
    const Value* containers = entry.Find(list);
    if (containers == nullptr) continue;
    for (const Value& container : containers->items()) check(container.Find("env"));
  }
}

std::string FormOf(const Value& env) { return env.is_mapping() ? "a mapping" : "a list"; }

std::string FixForm(const Value& wanted) {
  return wanted.is_mapping() ? "write it as a mapping: NAME: \"value\""
                             : "write it as a list: - {name: NAME, value: \"value\"}";
}

}  // namespace

bool LooksLikeSecretVariable(std::string_view name, std::string_view value) {
  if (LooksLikeSecretValue(value)) return true;
  return LooksLikeSecretName(name) && !NamesItsPlace(name) && !IsHarmless(value);
}

void CheckSecrets(LintReport& report) {
  ForEachEnv(report.input().entry, [&](const Value* env) { CheckVariables(report, env); });
}

void CheckEnvSources(LintReport& report) {
  ForEachEnv(report.input().entry, [&](const Value* env) { CheckSourcesOf(report, env); });
}

void CheckEnvForms(LintReport& report) {
  const Value* below = nullptr;
  for (const Value& layer : report.input().layers) {
    const Value* env = layer.Find("env");
    if (env == nullptr) continue;
    if (env->is_null()) below = nullptr;  // takes away what was there, whatever its form
    if (!env->is_mapping() && !env->is_sequence()) continue;
    if (below != nullptr && below->kind() != env->kind()) {
      report.Tell("mixed-env", env->mark(),
                  {"`env` as " + FormOf(*env), FormOf(*below) + ", as in " + report.Place(below->mark()).Text(),
                   FixForm(*below)});
    }
    if (below == nullptr) below = env;
  }
}

}  // namespace dagitops::workspace
