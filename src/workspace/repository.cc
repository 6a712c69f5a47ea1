#include "dagitops/workspace/repository.h"

#include <algorithm>
#include <utility>

#include "dagitops/base/text.h"
#include "dagitops/model/service_name.h"
#include "dagitops/schema/helm_integer.h"

#include "workspace/lint_files.h"
#include "workspace/settings.h"
#include "workspace/text_file.h"

namespace dagitops::workspace {
namespace {

const std::string kFile = "dagitops.yaml";

Position PlaceOf(const Mark& mark) { return {kFile, static_cast<int>(mark.line), mark.column}; }

// The texts of a list; anything else in it is the schema's to judge.
std::vector<std::string> Texts(const Value& mapping, std::string_view key) {
  std::vector<std::string> texts;
  const Value* list = mapping.Find(key);
  if (list == nullptr) return texts;
  for (const Value& item : list->items()) {
    if (item.is_scalar()) texts.push_back(item.text());
  }
  return texts;
}

Policy ReadPolicy(const Value& policy) {
  Policy read{Texts(policy, "registries"), Texts(policy, "require"), Texts(policy, "forbid"), {}};
  const Value* owners = policy.Find("owners");
  if (owners == nullptr) return read;
  for (const Value::Member& owner : owners->members()) read.owners[owner.key] = owner.value.text();
  return read;
}

EnvironmentOptions ReadOptions(const Value& environment) {
  const auto says = [&](std::string_view key, std::string_view word) {
    const Value* value = environment.Find(key);
    return value != nullptr && value->text() == word;
  };
  EnvironmentOptions options;
  if (says("verify", "readiness")) options.verify = EnvironmentOptions::Verify::kReadiness;
  if (says("drift", "report")) options.drift = EnvironmentOptions::Drift::kReport;
  if (says("reload", "in-place")) options.reload = EnvironmentOptions::Reload::kInPlace;
  if (says("reload", "restart")) options.reload = EnvironmentOptions::Reload::kRestart;
  if (says("release", "single")) options.release = EnvironmentOptions::Release::kSingle;
  return options;
}

void ReadEnvironments(const Value& root, Repository& repository) {
  const Value* environments = root.Find("environments");
  if (environments == nullptr || environments->members().empty()) {
    repository.diagnostics.push_back(
        Fault("no-environment", environments == nullptr ? Position{kFile, 0, 0} : PlaceOf(environments->mark()),
              {"no environment", "at least one below `environments`", "write `environments: {production: {}}`"}));
    return;
  }
  for (const Value::Member& member : environments->members()) {
    repository.environments[member.key] = ReadOptions(member.value);
    if (IsServiceName(member.key)) continue;
    repository.diagnostics.push_back(Fault("bad-environment-name", PlaceOf(member.mark),
                                           {"the environment " + Quoted(Shorten(member.key, 80)),
                                            "lower-case letters, digits and dashes, starting with a letter, at most 63",
                                            "rename it, e.g. to " + SuggestServiceName(member.key)}));
  }
}

void ReadDefaultEnvironment(const Value& root, Repository& repository) {
  const Value* value = root.Find("defaultEnvironment");
  if (value == nullptr || value->text().empty()) return;
  repository.default_environment = value->text();
  if (repository.environments.contains(value->text())) return;
  std::vector<std::string> names;
  for (const auto& [name, options] : repository.environments) names.push_back(name);
  const auto near = DidYouMean(value->text(), names);
  repository.diagnostics.push_back(Fault("unknown-environment", PlaceOf(value->mark()),
                                         {"the environment " + Quoted(Shorten(value->text(), 80)),
                                          "one of " + (names.empty() ? "`environments`" : Join(names, ", ")),
                                          near ? "write " + *near : "add it below `environments`"}));
}

void CheckVersion(const Value& root, Repository& repository) {
  const Value* version = root.Find("schemaVersion");
  if (version == nullptr || schema::HelmInteger(*version).value_or(0) <= kSchemaVersion) return;
  repository.diagnostics.push_back(
      Fault("newer-schema", PlaceOf(version->mark()),
            {"schemaVersion " + Shorten(version->text(), 40), "at most " + std::to_string(kSchemaVersion),
             "use a newer dagitops, or write schemaVersion: " + std::to_string(kSchemaVersion)}));
}

// Of what is said twice about one place, ours is the more helpful.
void AddSchemaFaults(const Value& root, Repository& repository) {
  for (Diagnostic& diagnostic : LintRepositoryFile(root, kFile)) {
    const bool told = std::any_of(repository.diagnostics.begin(), repository.diagnostics.end(),
                                  [&](const Diagnostic& other) { return other.position == diagnostic.position; });
    if (!told) repository.diagnostics.push_back(std::move(diagnostic));
  }
}

void ReadRoot(const Value& root, Repository& repository) {
  CheckVersion(root, repository);
  ReadEnvironments(root, repository);
  ReadDefaultEnvironment(root, repository);
  if (const Value* defaults = root.Find("defaults")) repository.defaults = *defaults;
  if (const Value* policy = root.Find("policy")) repository.policy = ReadPolicy(*policy);
  AddSchemaFaults(root, repository);
}

}  // namespace

Repository ReadRepository(const SourceTree& tree) {
  Repository repository;
  if (const SourceFile* file = tree.Find(kFile)) {
    MappingFile read = ReadMappingFile(*file, Layer::kDefaults);
    repository.diagnostics = std::move(read.diagnostics);
    if (!HasFault(repository.diagnostics)) ReadRoot(read.root, repository);
  } else {
    repository.diagnostics.push_back(
        Fault("no-repository-file", {kFile, 0, 0},
              {"no " + kFile, "that file at the root of the workspace",
               "run `dagitops init`, or check the path of the workspace in its repository"}));
  }
  SortDiagnostics(repository.diagnostics);
  repository.usable = !HasFault(repository.diagnostics);
  return repository;
}

}  // namespace dagitops::workspace
