#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "dagitops/import/import.h"
#include "dagitops/render/chart_values.h"
#include "dagitops/yaml/emit.h"

#include "support/imported.h"
#include "support/shared_data.h"

// values.yaml -> fragments -> composition -> values.yaml gives the values it began with.
namespace dagitops {
namespace {

// As two values files are compared: without null-valued keys, deployments by name.
Value Normal(const Value& value) {
  if (value.is_sequence()) {
    Value::Sequence items;
    for (const Value& item : value.items()) items.push_back(Normal(item));
    return Value::List(std::move(items));
  }
  if (!value.is_mapping()) return value;
  Value::Mapping members;
  for (const auto& member : value.members()) {
    if (!member.value.is_null()) members.push_back({member.key, {}, Normal(member.value)});
  }
  return Value::Map(std::move(members));
}

std::string Comparable(const Value& values) {
  Value normal = Normal(values);
  const Value* deployments = normal.Find("deployments");
  Value::Sequence sorted = deployments == nullptr ? Value::Sequence{} : deployments->items();
  const auto name = [](const Value& entry) { return support::TextAt(entry, "name"); };
  std::sort(sorted.begin(), sorted.end(), [&](const Value& a, const Value& b) { return name(a) < name(b); });
  return yaml::Canonical(normal.With("deployments", Value::List(std::move(sorted))));
}

// Imports, composes and renders; fails the test on any fault on the way.
std::string RoundTrip(const std::string& text) {
  const import::ImportResult imported = support::ImportText(text);
  for (const Diagnostic& diagnostic : imported.diagnostics) ADD_FAILURE() << diagnostic.Text();
  const Composition composition = support::ComposeFiles(imported.files, "production");
  for (const Diagnostic& diagnostic : composition.diagnostics) {
    EXPECT_EQ(diagnostic.severity, Severity::kWarning) << diagnostic.Text();
  }
  EXPECT_TRUE(composition.usable);
  EXPECT_TRUE(composition.invalid.empty());
  const auto rendered = render::UserDeploymentsValues(composition.locations, composition.chart_values);
  EXPECT_TRUE(rendered.has_value()) << rendered.error().Text();
  return rendered ? *rendered : "";
}

void ExpectRoundTrip(const std::string& text) {
  EXPECT_EQ(Comparable(support::ReadYaml(RoundTrip(text))), Comparable(support::ReadYaml(text)));
}

TEST(RoundTrip, KeepsScalarsThatLookLikeSomethingElse) {
  ExpectRoundTrip(
      "deployments:\n"
      "  - name: a\n"
      "    image: {repository: r, tag: 20240131, pullPolicy: Always, digest: ~}\n"
      "    port: 3030\n"
      "    dagsterApiGrpcArgs: [\"-m\", \"1.10\", \"no\", \"012\", \"\", \"~\"]\n"
      "    env: {A: \"true\", B: \"1e3\", C: \"2024-01-31\", D: \"hello: world # no comment\", E: \"a\\nb\\n\"}\n"
      "    labels: {\"on\": \"y\", \"1\": \"2\"}\n"
      "    volumes: [{name: v, secret: {secretName: s, defaultMode: 0444}}]\n"
      "    podSecurityContext: {}\n"
      "    tolerations: []\n"
      "serviceAccount: {create: true, annotations: {}}\n"
      "imagePullSecrets: []\n");
}

TEST(RoundTrip, KeepsTextsOfSeveralLines) {
  ExpectRoundTrip(
      "deployments:\n"
      "  - name: a\n"
      "    image: {repository: r, pullPolicy: Always}\n"
      "    port: 1\n"
      "    initContainers:\n"
      "      - name: i\n"
      "        image: x\n"
      "        command: [sh, -c]\n"
      "        args:\n"
      "          - |\n"
      "            set -e\n"
      "              echo \"x: y\" # z\n"
      "\n"
      "          - >-\n"
      "            folded\n"
      "            text\n"
      "extraManifests:\n"
      "  - |\n"
      "    apiVersion: v1\n"
      "    kind: \"{{ .Release.Name }}\"\n");
}

TEST(RoundTrip, KeepsBothFormsOfEnvironment) {
  for (const char* env :
       {"{}", "[]", "{A: \"1\"}", "[{name: A, value: \"1\"}, {name: B, valueFrom: {fieldRef: {fieldPath: x}}}]"}) {
    ExpectRoundTrip(std::string("deployments: [{name: a, port: 1, image: {repository: r, pullPolicy: Always}, env: ") +
                    env + "}]");
  }
}

TEST(RoundTrip, IsStable) {
  const std::string text =
      "deployments: [{name: b, port: 1, image: {repository: r, pullPolicy: Always}},"
      " {name: a, port: 1, image: {repository: r, pullPolicy: Never}}]\nrbacEnabled: true\n";
  const std::string once = RoundTrip(text);
  EXPECT_EQ(RoundTrip(once), once);
}

std::vector<std::filesystem::path> GoldenValues() {
  std::vector<std::filesystem::path> files;
  const auto shared = support::SharedData();
  if (!shared) return files;
  for (const auto& folder : std::filesystem::directory_iterator(*shared / "chart" / "golden")) {
    const bool workspace = folder.path().filename().string().starts_with("workspace-");
    if (!workspace) files.push_back(folder.path() / "values.yaml");
  }
  std::sort(files.begin(), files.end());
  return files;
}

TEST(RoundTrip, KeepsTheValuesOfEveryChartGolden) {
  if (!support::SharedData()) GTEST_SKIP() << "no shared data here";
  const auto files = GoldenValues();
  ASSERT_GE(files.size(), 10U);
  for (const auto& file : files) {
    SCOPED_TRACE(file);
    ExpectRoundTrip(support::FileText(file));
  }
}

}  // namespace
}  // namespace dagitops
