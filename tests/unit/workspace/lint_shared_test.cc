#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "dagitops/schema/validator.h"

#include "support/shared_data.h"
#include "unit/workspace/lint_support.h"

namespace dagitops::workspace {
namespace {

void CollectEntries(const Value& value, std::vector<Value>& entries) {
  for (const Value::Member& member : value.members()) {
    const Value::Sequence& items = member.value.items();
    if (member.key == "deployments") entries.insert(entries.end(), items.begin(), items.end());
    CollectEntries(member.value, entries);
  }
}

std::vector<Value> EntriesBelow(const std::filesystem::path& folder) {
  std::vector<Value> entries;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string name = file.path().filename().string();
    if (file.path().extension() != ".yaml" || name.starts_with("rendered")) continue;
    CollectEntries(yaml::Parse(support::FileText(file.path()), name, Layer::kFragment).root, entries);
  }
  return entries;
}

// Faults of an entry as it is.
std::vector<std::string> FaultsOf(Linter& linter, const Value& entry) {
  const std::string name = "a";
  const Value block;
  std::vector<std::string> sources(5);
  sources[static_cast<std::size_t>(Layer::kFragment)] = "values.yaml";
  const std::vector<Value> layers(5);
  std::vector<std::string> faults;
  for (const Diagnostic& diagnostic : linter.Lint({name, entry, block, sources, layers})) {
    if (diagnostic.severity == Severity::kFault) faults.push_back(diagnostic.Text());
  }
  return faults;
}

// Our checks know more than the chart's schema; what people really deploy must pass them all the same.
TEST(LintOfRealEntries, FindsNoFaultInWhatHelmAccepts) {
  const auto data = support::SharedData();
  if (!data) GTEST_SKIP() << "no shared data here";
  Linter linter("1.12", {});
  schema::Validator helm(schema::Schema::kChartEntry112);
  int checked = 0;
  for (const char* folder : {"chart/golden", "values/helm"}) {
    for (const Value& entry : EntriesBelow(*data / folder)) {
      if (!helm.Validate(entry).empty()) continue;
      ++checked;
      const std::vector<std::string> faults = FaultsOf(linter, entry);
      EXPECT_TRUE(faults.empty()) << faults.front();
    }
  }
  EXPECT_GT(checked, 20);
}

}  // namespace
}  // namespace dagitops::workspace
