#include "workspace/lint.h"

#include <algorithm>
#include <set>
#include <utility>

#include "dagitops/base/secret.h"
#include "dagitops/base/text.h"
#include "dagitops/schema/validator.h"

#include "workspace/lint_checks.h"
#include "workspace/lint_report.h"
#include "workspace/policy.h"

namespace dagitops::workspace {
namespace {

using schema::Path;
using schema::PathText;
using schema::Schema;
using schema::UnknownKey;
using schema::Validator;
using schema::Violation;

bool IsSet(const Value& block, std::string_view key) {
  const Value* value = block.Find(key);
  return value != nullptr && !value->is_null();
}

// What a location needs no image for is not missing: a server elsewhere, or code that runs as a process.
bool MayBeMissing(const Violation& violation, const Value& block) {
  if (violation.kind != Violation::Kind::kMissing) return false;
  const std::string place = PathText(violation.path);
  const bool external = IsSet(block, "external");
  const bool image = (place.empty() && violation.key == "image") || (place == "image" && violation.key == "repository");
  return (image && (external || IsSet(block, "local"))) || (external && (place.empty() || place == "image"));
}

bool IsMissingOfShared(const Violation& violation) {
  const Layer layer = violation.mark.layer;
  return violation.kind == Violation::Kind::kMissing &&
         (layer == Layer::kDefaults || layer == Layer::kEnvironmentDefaults);
}

// A reason that is missing makes an ignore void, not the location: ApplyIgnores tells it.
bool IsAboutReason(const Violation& violation) {
  const std::string place = PathText(violation.path);
  return place.starts_with("dagitops.lint.ignore[") && (violation.key == "reason" || place.ends_with(".reason"));
}

struct KeyReplacement {
  std::string_view key;
  std::string_view now;  // what to write, or to do
};

// Keys of an entry that earlier charts or other tools know, and what to write here.
constexpr KeyReplacement kReplaced[] = {{"strategy", "deploymentStrategy"}};
constexpr KeyReplacement kFromLaterCharts[] = {
    {"replicaCount", "remove it: charts before 1.13 run one replica"},
    {"podDisruptionBudget", "remove it: charts before 1.13 do not know it"},
};

template <std::size_t N>
const KeyReplacement* FindKey(const KeyReplacement (&table)[N], const std::string& key) {
  const auto* const found =
      std::find_if(std::begin(table), std::end(table), [&](const KeyReplacement& row) { return row.key == key; });
  return found == std::end(table) ? nullptr : found;
}

bool Contains(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

struct Linter::Parts {
  Parts(Schema chart_entry, Policy rules)
      : chart(chart_entry),
        fragment(Schema::kFragment),
        policy(std::move(rules)),
        block_keys(fragment.KnownKeys({{"dagitops"}})),
        reads_digest(chart_entry != Schema::kChartEntry110) {}

  // The chart's schema judges what the chart takes; ours knows Kubernetes and the block, and says more. One fault a
  // place.
  void CheckSchemas(LintReport& report, const Value& whole) {
    std::set<std::string> told;
    for (const Violation& violation : fragment.Validate(whole)) {
      if (!IsAboutReason(violation)) Tell(report, violation, whole, told);
    }
    for (const Violation& violation : chart.Validate(report.input().entry)) {
      if (!MayBeMissing(violation, report.input().block)) Tell(report, violation, whole, told);
    }
  }

  void CheckKeys(LintReport& report, const Value& whole) const {
    for (const UnknownKey& unknown : fragment.UnknownKeys(whole)) TellUnknown(report, unknown);
  }

  Validator chart;
  Validator fragment;
  Policy policy;
  std::vector<std::string> block_keys;
  bool reads_digest;

 private:
  static void Tell(LintReport& report, const Violation& violation, const Value& whole, std::set<std::string>& told) {
    if (!told.insert(PathText(violation.path) + "\n" + violation.key).second) return;
    const bool tag = PathText(violation.path) == "image.tag";
    const Value* value = schema::At(whole, violation.path);
    if (tag && value != nullptr && value->is_scalar()) return;  // CheckImage says more about it
    SchemaFault fault = DescribeViolation(violation, whole);
    if (IsMissingOfShared(violation)) return TellMissing(report, violation.mark, std::move(fault));
    report.Tell(fault.code, violation.mark, std::move(fault.words));
  }

  // It is to be added by the location, though the mapping that lacks it was begun for all.
  static void TellMissing(LintReport& report, const Mark& mark, SchemaFault fault) {
    fault.words.found += ", of which " + report.Place(mark).Text() + " has a part";
    report.TellAt(fault.code, report.File(), std::move(fault.words));
  }

  void TellUnknown(LintReport& report, const UnknownKey& unknown) const {
    const std::string& key = unknown.path.back().key;
    const Path above(unknown.path.begin(), unknown.path.end() - 1);
    const std::string place = above.empty() ? "a chart entry" : "`" + ShownPath(above) + "`";
    const std::string found = "the key " + ShownKey(key);
    if (const KeyReplacement* replaced = above.empty() ? FindKey(kReplaced, key) : nullptr) {
      report.Tell("deprecated-key", unknown.mark,
                  {found, std::string(replaced->now), "write " + std::string(replaced->now)});
      return;
    }
    report.Tell("unknown-key", unknown.mark, {found, "a key of " + place, FixUnknown(unknown, above.empty())});
  }

  std::string FixUnknown(const UnknownKey& unknown, bool at_root) const {
    const std::string& key = unknown.path.back().key;
    if (at_root && Contains(block_keys, key)) return "move it below `dagitops`";
    if (const KeyReplacement* later = at_root ? FindKey(kFromLaterCharts, key) : nullptr)
      return std::string(later->now);
    const auto meant = DidYouMean(key, unknown.known);
    return meant ? "did you mean " + *meant + "?" : "remove it, nothing reads it";
  }
};

Linter::Linter(const std::string& chart_version, Policy policy)
    : parts_(std::make_unique<Parts>(schema::ChartEntrySchema(chart_version).value_or(Schema::kChartEntry112),
                                     std::move(policy))) {}
Linter::~Linter() = default;

Diagnostics Linter::Lint(const LintInput& input) {
  Diagnostics diagnostics;
  LintReport report(input, diagnostics);
  const Value whole = input.block.is_null() ? input.entry : input.entry.With("dagitops", input.block);
  parts_->CheckSchemas(report, whole);
  parts_->CheckKeys(report, whole);
  CheckImage(report, parts_->reads_digest);
  CheckContainerImages(report);
  CheckIntegers(report);
  CheckSecrets(report);
  CheckEnvSources(report);
  CheckEnvForms(report);
  CheckCodeServer(report);
  CheckExternal(report);
  CheckPolicy(report, parts_->policy);
  return diagnostics;
}

}  // namespace dagitops::workspace
