#include "dagitops/workspace/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dagitops/workspace/composer.h"

#include "support/tree_builder.h"

namespace dagitops::workspace {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using testing::TreeBuilder;

// "path = text (layer file:line)" of each.
std::vector<std::string> Lines(const std::vector<Explained>& explained) {
  std::vector<std::string> lines;
  for (const Explained& e : explained) {
    lines.push_back(e.path + " = " + e.text + " (" + std::string(Describe(e.layer)) +
                    (e.file.empty() ? "" : " " + e.file + ":" + std::to_string(e.line)) + ")");
  }
  return lines;
}

std::vector<std::string> ExplainA(const TreeBuilder& tree) {
  const Composition composition = Composer().Compose(tree.Build(), "e");
  EXPECT_EQ(composition.locations.size(), 1U);
  return composition.locations.empty() ? std::vector<std::string>{} : Lines(Explain(*composition.locations.front()));
}

TEST(Explain, TellsTheLayerOfEveryValue) {
  TreeBuilder tree;
  tree.Set("dagitops.yaml", "environments: {e: {}}\ndefaults:\n  labels: {team: none}\n");
  tree.Set("environments/e/defaults.yaml", "env:\n  - {name: REGION, value: eu}\n");
  tree.Set("locations/a.yaml", "image:\n  repository: r\n  tag: \"1\"\ndagitops: {codeSource: {moduleName: m}}\n");
  tree.Set("environments/e/locations/a.yaml", "image: {tag: \"2\"}\nenv: [{name: DEBUG, value: \"1\"}]\n");
  EXPECT_THAT(
      ExplainA(tree),
      ElementsAre("name = a (fragment locations/a.yaml:0)", "labels.team = none (repository defaults dagitops.yaml:3)",
                  "env.REGION.value = eu (environment defaults environments/e/defaults.yaml:2)",
                  "env.DEBUG.value = 1 (overlay environments/e/locations/a.yaml:2)",
                  "image.repository = r (fragment locations/a.yaml:2)",
                  "image.tag = 2 (overlay environments/e/locations/a.yaml:1)",
                  "image.pullPolicy = IfNotPresent (built-in default)",
                  "dagsterApiGrpcArgs.0 = --module-name (fragment locations/a.yaml:4)",
                  "dagsterApiGrpcArgs.1 = m (fragment locations/a.yaml:4)", "port = 3030 (built-in default)",
                  "dagitops.codeSource.moduleName = m (fragment locations/a.yaml:4)"));
}

TEST(Explain, TellsTheLayerOfEveryValueOfTheBlock) {
  TreeBuilder tree;
  tree.Set("dagitops.yaml", "environments: {e: {}}\ndefaults:\n  dagitops:\n    owner: platform\n    runs: now\n");
  tree.Set("environments/e/defaults.yaml", "dagitops: {metadata: {docs: here}}\n");
  tree.Set("locations/a.yaml", "dagitops:\n  codeSource: {moduleName: m}\n  local: {path: code}\n  owner: team\n");
  tree.Set("environments/e/locations/a.yaml", "dagitops: {metadata: {token: hunter2}}\n");
  const auto lines = ExplainA(tree);
  for (const char* line : {"dagitops.owner = team (fragment locations/a.yaml:4)",
                           "dagitops.runs = now (repository defaults dagitops.yaml:5)",
                           "dagitops.metadata.docs = here (environment defaults environments/e/defaults.yaml:1)",
                           "dagitops.metadata.token = *** (overlay environments/e/locations/a.yaml:1)",
                           "dagitops.local.path = code (fragment locations/a.yaml:3)"}) {
    EXPECT_THAT(lines, Contains(line));
  }
}

TEST(Explain, GoesByTheNamesOfItems) {
  TreeBuilder tree;
  tree.Set("dagitops.yaml", "environments: {e: {}}\n");
  tree.Set("locations/a.yaml",
           "image: {repository: r, tag: \"1\"}\n"
           "dagsterApiGrpcArgs: [-m, m]\n"
           "envSecrets: [{name: s}]\n"
           "volumes: [{name: v, emptyDir: {}}]\n"
           "volumeMounts: [{name: v, mountPath: /v}]\n"
           "tolerations: [{key: k, operator: Exists}]\n");
  const auto lines = ExplainA(tree);
  for (const char* line :
       {"envSecrets.s = s (fragment locations/a.yaml:3)", "volumes.v.emptyDir = {} (fragment locations/a.yaml:4)",
        "volumeMounts./v.name = v (fragment locations/a.yaml:5)",
        "tolerations.0.operator = Exists (fragment locations/a.yaml:6)"}) {
    EXPECT_THAT(lines, Contains(line));
  }
}

TEST(Explain, ShowsNoSecret) {
  TreeBuilder tree;
  tree.Set("dagitops.yaml", "environments: {e: {}}\n");
  tree.Set("locations/a.yaml",
           "image: {repository: r, tag: \"1\"}\n"
           "dagsterApiGrpcArgs: [-m, m]\n"
           "env: [{name: DB_PASSWORD, value: hunter2}, {name: URL, value: \"https://u:hunter2@h/\"}]\n"
           "annotations: {apiToken: hunter2, key: \"-----BEGIN PRIVATE KEY-----\\nhunter2\"}\n"
           "labels: {a: sk_live_hunter2-0123456789, b: \"two\\nlines\"}\n");
  EXPECT_THAT(ExplainA(tree), Contains("labels.b = \"two\\nlines\" (fragment locations/a.yaml:5)"));
  for (const std::string& line : ExplainA(tree)) EXPECT_EQ(line.find("hunter2"), std::string::npos) << line;
}

TEST(Explain, WorksWithoutSources) {
  CodeLocation location;
  location.entry = Value::Map({{"port", {}, Value::Integer(1)}});
  EXPECT_THAT(Lines(Explain(location)), ElementsAre("port = 1 (built-in default)"));
}

}  // namespace
}  // namespace dagitops::workspace
