#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "dagitops/base/secret.h"
#include "dagitops/base/text.h"
#include "dagitops/schema/validator.h"
#include "dagitops/yaml/parse.h"

#include "workspace/lint_checks.h"
#include "workspace/lint_files.h"
#include "workspace/policy.h"
#include "workspace/report.h"

namespace dagitops::workspace {
namespace {

using schema::UnknownKey;
using schema::Violation;

struct Replacement {
  const char* key;
  const char* now;
};

// Of the values of chart `dagster`. Source: its changelog, 1.3.0 (dagit) and 0.11.0 (userDeployments).
constexpr Replacement kReplacedValues[] = {{"dagit", "dagsterWebserver"},
                                           {"userDeployments", "dagster-user-deployments"}};

class ChartValues {
 public:
  explicit ChartValues(const ChartValuesInput& input) : input_(input) {}

  Diagnostics Lint() {
    if (input_.root.is_null()) return {};
    for (const Value::Member& member : input_.root.members()) CheckPlace(member);
    CheckSchema();
    CheckNames();
    CheckRegistries();
    CheckForbidden();
    CheckTexts();
    return std::move(diagnostics_);
  }

 private:
  Position At(const Mark& mark) const { return {input_.file, static_cast<int>(mark.line), mark.column}; }

  static const Replacement* FindReplacement(const std::string& key) {
    const auto* const found = std::find_if(std::begin(kReplacedValues), std::end(kReplacedValues),
                                           [&](const Replacement& row) { return key == row.key; });
    return found == std::end(kReplacedValues) ? nullptr : found;
  }

  void CheckPlace(const Value::Member& member) {
    if (const Replacement* replaced = FindReplacement(member.key)) {
      diagnostics_.push_back(
          Warning("deprecated-key", At(member.mark),
                  {"the key `" + member.key + "`", replaced->now, std::string("write ") + replaced->now}));
    }
    if (member.key != "deployments") return;
    diagnostics_.push_back(Fault("misplaced-key", At(member.mark),
                                 {"`deployments`", "one fragment below locations/ for each of its entries",
                                  "move them: `dagitops import` makes the files"}));
  }

  void CheckSchema() {
    schema::Validator validator(schema::Schema::kChartValues);
    for (const Violation& violation : validator.Validate(input_.root)) {
      SchemaFault fault = DescribeViolation(violation, input_.root);
      diagnostics_.push_back(Fault(std::string(fault.code), At(violation.mark), std::move(fault.words)));
    }
    for (const UnknownKey& unknown : validator.UnknownKeys(input_.root)) TellUnknown(unknown);
  }

  void TellUnknown(const UnknownKey& unknown) {
    const std::string& key = unknown.path.back().key;
    if (unknown.path.size() == 1 && FindReplacement(key) != nullptr) return;
    const auto meant = DidYouMean(key, unknown.known);
    diagnostics_.push_back(Warning("unknown-key", At(unknown.mark),
                                   {"the key " + ShownKey(key), "a key of the chart dagster-user-deployments",
                                    meant ? "did you mean " + *meant + "?" : "remove it, the chart does not read it"}));
  }

  void CheckNames() {
    if (input_.release != EnvironmentOptions::Release::kPerLocation) return;
    for (const char* key : {"fullnameOverride", "global.fullnameOverride"}) {
      const Value* name = input_.root.FindPath(key);
      if (name == nullptr || name->text().empty()) continue;
      diagnostics_.push_back(Fault("fullname-override", At(name->mark()),
                                   {"`" + std::string(key) + "`, which all releases of this environment would share",
                                    "names that differ between the releases of its locations",
                                    "remove it, or set `release: single` for this environment in dagitops.yaml"}));
    }
  }

  void CheckRegistries() {
    if (input_.policy.registries.empty()) return;
    for (const FoundImage& image : ImagesBelow(input_.root)) {
      if (IsAllowed(image.text, input_.policy)) continue;
      diagnostics_.push_back(Fault("policy-registry", At(image.mark), RegistryWords(image.text, input_.policy)));
    }
  }

  void CheckForbidden() {
    for (const std::string& key : input_.policy.forbid) {
      std::vector<const Value*> found = FindAll(input_.root, key);
      if (const Value* manifests = input_.root.Find("extraManifests")) FindBelow(*manifests, key, found);
      for (const Value* value : found) {
        diagnostics_.push_back(Fault("policy-forbidden", At(value->mark()), ForbiddenWords(key)));
      }
    }
  }

  // In whatever object of a manifest: pods stand at different depths in different kinds.
  static void FindBelow(const Value& value, const std::string& key, std::vector<const Value*>& found) {
    if (value.is_mapping()) {
      for (const Value* inside : FindAll(value, key)) {
        if (std::find(found.begin(), found.end(), inside) == found.end()) found.push_back(inside);
      }
    }
    for (const Value::Member& member : value.members()) FindBelow(member.value, key, found);
    for (const Value& item : value.items()) FindBelow(item, key, found);
  }

  // A manifest may be one text; what is a template in it can be judged by nobody before Helm has read it.
  void CheckTexts() {
    const Value* manifests = input_.root.Find("extraManifests");
    if (manifests == nullptr) return;
    for (const Value& item : manifests->items()) {
      if (!item.is_scalar()) continue;
      const Value manifest = yaml::Parse(item.text(), input_.file, item.mark().layer).root;
      for (const FoundImage& image : ImagesBelow(manifest)) {
        if (input_.policy.registries.empty() || IsAllowed(image.text, input_.policy)) continue;
        diagnostics_.push_back(Fault("policy-registry", At(item.mark()), RegistryWords(image.text, input_.policy)));
      }
      for (const std::string& key : input_.policy.forbid) {
        std::vector<const Value*> found;
        FindBelow(manifest, key, found);
        if (!found.empty()) diagnostics_.push_back(Fault("policy-forbidden", At(item.mark()), ForbiddenWords(key)));
      }
    }
  }

  const ChartValuesInput& input_;
  Diagnostics diagnostics_;
};

}  // namespace

Diagnostics LintChartValues(const ChartValuesInput& input) { return ChartValues(input).Lint(); }

}  // namespace dagitops::workspace
