#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "dagitops/import/import.h"

#include "support/case_name.h"
#include "support/imported.h"

// Values of the charts: what becomes of each layout.
namespace dagitops::import {
namespace {

std::string Entry(const std::string& name) {
  return "{name: " + name +
         ", port: 1, dagsterApiGrpcArgs: [-m, a], image: {repository: r, tag: \"1\", pullPolicy: Always}}";
}

using support::FileOf;
using support::ImportText;
using support::TextAt;

const std::string kEntry = "{name: sales, image: {repository: r/sales, tag: \"1\", pullPolicy: Always}, port: 3030}";
const std::string kList = "deployments: [" + kEntry + "]\n";

bool HasNote(const ImportResult& result, const std::string& part) {
  return std::any_of(result.notes.begin(), result.notes.end(),
                     [&](const std::string& note) { return note.find(part) != std::string::npos; });
}

std::vector<std::string> Paths(const ImportResult& result) {
  std::vector<std::string> paths;
  for (const auto& [path, text] : result.files) paths.push_back(path);
  return paths;
}

struct Layout {
  const char* name;
  std::string text;
};
void PrintTo(const Layout& layout, std::ostream* out) { *out << layout.name; }
class Layouts : public ::testing::TestWithParam<Layout> {};

TEST_P(Layouts, AllGiveTheSameFragment) {
  const ImportResult result = ImportText(GetParam().text);
  const Value fragment = FileOf(result, "locations/sales.yaml");
  EXPECT_EQ(TextAt(fragment, "image.repository"), "r/sales");
  EXPECT_EQ(fragment.Find("name"), nullptr) << "the file's name says it";
  EXPECT_EQ(fragment.Find("dagitops"), nullptr);
  EXPECT_EQ(Paths(result), (std::vector<std::string>{"dagitops.yaml", "locations/sales.yaml"}));
}

INSTANTIATE_TEST_SUITE_P(
    All, Layouts,
    ::testing::Values(Layout{"UserDeployments", kList},
                      Layout{"UserDeploymentsByName",
                             "deployments: {sales: {image: {repository: r/sales, tag: \"1\", pullPolicy: Always}}}"},
                      Layout{"Parent", "dagster-user-deployments: {" + kList + "}"},
                      Layout{"ParentEnabled",
                             "dagster-user-deployments: {enabled: true, enableSubchart: yes, " + kList + "}"},
                      Layout{"OldParent", "dagit: {}\nuserDeployments: {" + kList + "}"},
                      Layout{"Umbrella", "dagster: {dagster-user-deployments: {" + kList + "}}\nother: {a: 1}"},
                      Layout{"DeepUmbrella", "a: {b: {dagster-user-deployments: {" + kList + "}}}"},
                      Layout{"UmbrellaOfUserDeployments",
                             "code: {deployments: [{name: sales, codeServerArgs: [-m, a],"
                             " image: {repository: r/sales}}]}"},
                      Layout{"BesideAnotherChart", "dagster: {dagster-user-deployments: {" + kList +
                                                       "}}\n"
                                                       "web: {deployments: [{name: web, image: {repository: w}}]}"}),
    support::CaseName{});

TEST(ImportValues, KeepsScalarsAndDropsNulls) {
  const ImportResult result = ImportText(
      "deployments:\n"
      "  - name: a\n"
      "    image: {repository: r, tag: 20240131, digest: ~}\n"
      "    mode: 0444\n"
      "    labels: {version: \"1.10\", \"on\": \"yes\"}\n"
      "    env: [{name: A, value: ~}]\n"
      "    nothing:\n");
  EXPECT_EQ(result.files.at("locations/a.yaml"),
            "# Imported from values.yaml:2\n"
            "image:\n"
            "  repository: r\n"
            "  tag: 20240131\n"
            "mode: 0444\n"
            "labels:\n"
            "  version: \"1.10\"\n"
            "  \"on\": \"yes\"\n"
            "env:\n"
            "  - name: A\n");
}

TEST(ImportValues, PutsChartLevelValuesIntoTheEnvironment) {
  ImportOptions options;
  options.environment = "staging";
  const ImportResult result =
      ImportText("rbacEnabled: false\nserviceAccount: {name: x, annotations: ~}\n" + kList, options);
  EXPECT_EQ(result.files.at("environments/staging/user-deployments.yaml"),
            "# Imported from values.yaml:1\n"
            "rbacEnabled: false\n"
            "serviceAccount:\n"
            "  name: x\n"
            "  annotations: null\n");
  EXPECT_EQ(result.files.at("dagitops.yaml"),
            "schemaVersion: 1\n"
            "defaultEnvironment: staging\n"
            "environments:\n"
            "  staging:\n"
            "    release: single\n");
}

TEST(ImportValues, HandsGlobalValuesDownAsHelmDoes) {
  const ImportResult result = ImportText(
      "global: {serviceAccountName: top}\n"
      "dagster:\n"
      "  global: {serviceAccountName: middle, dagsterHome: /home}\n"
      "  dagster-user-deployments:\n"
      "    global: {dagsterHome: /below, postgresqlSecretName: pg}\n"
      "    " +
      kList);
  const Value values = FileOf(result, "environments/production/user-deployments.yaml");
  EXPECT_EQ(TextAt(values, "global.serviceAccountName"), "top");
  EXPECT_EQ(TextAt(values, "global.dagsterHome"), "/home");
  EXPECT_EQ(TextAt(values, "global.postgresqlSecretName"), "pg");
}

TEST(ImportValues, KeepsOnlyTheSectionsOwnValuesOfAParentChart) {
  const ImportResult result = ImportText(
      "serviceAccount: {name: webserver}\n"
      "dagsterWebserver: {replicaCount: 2}\n"
      "dagster-user-deployments: {enabled: true, enableSubchart: true, imagePullSecrets: [{name: x}], " +
      kList + "}");
  const Value values = FileOf(result, "environments/production/user-deployments.yaml");
  ASSERT_EQ(values.members().size(), 1U);
  EXPECT_EQ(values.members()[0].key, "imagePullSecrets");
}

TEST(ImportValues, LeavesOutWhatIsSwitchedOff) {
  const ImportResult result = ImportText("dagster-user-deployments: {enabled: false, " + kList + "}");
  EXPECT_EQ(Paths(result), std::vector<std::string>{"dagitops.yaml"});
  EXPECT_TRUE(HasNote(result, "enabled is false"));
}

TEST(ImportValues, SaysThatTheExampleOfTheChartWasNotImported) {
  EXPECT_TRUE(HasNote(ImportText("dagster-user-deployments: {enabled: true}"), "its own example"));
  EXPECT_FALSE(HasNote(ImportText("dagster-user-deployments: {enableSubchart: false}"), "its own example"));
}

TEST(ImportValues, TakesListedDeploymentsFromTheReleaseThatRunsThem) {
  const std::string listed = "dagster-user-deployments: {enableSubchart: false, deployments: [{name: sales, port: 1}]}";
  const ImportResult both = Import({{"dagster.yaml", listed}, {"code.yaml", kList}}, {});
  EXPECT_EQ(TextAt(FileOf(both, "locations/sales.yaml"), "image.repository"), "r/sales");
  const ImportResult alone = ImportText(listed);
  EXPECT_EQ(TextAt(FileOf(alone, "locations/sales.yaml"), "port"), "1");
  EXPECT_TRUE(HasNote(alone, "only listed"));
}

TEST(ImportValues, SaysThatOneReleaseStaysOne) {
  EXPECT_TRUE(HasNote(ImportText(kList), "release: single"));
  EXPECT_FALSE(HasNote(ImportText("load_from: []"), "release: single"));
}

TEST(ImportValues, SaysWhereTheOrderChanges) {
  const auto composed = [](const ImportResult& result) {
    std::string names;
    for (const auto& location : support::ComposeFiles(result.files, "production").locations) {
      names +=
          location->name + (location->settings.order == 0 ? " " : ":" + std::to_string(location->settings.order) + " ");
    }
    return names;
  };
  const ImportResult sorted = ImportText("deployments: [" + Entry("a") + ", " + Entry("b") + "]");
  EXPECT_EQ(composed(sorted), "a b ");
  EXPECT_FALSE(HasNote(sorted, "dagitops.order"));
  const ImportResult other =
      ImportText("deployments: [" + Entry("b") + ", " + Entry("c") + ", " + Entry("a") + ", " + Entry("d") + "]");
  EXPECT_EQ(composed(other), "b c a:1 d:1 ");
  EXPECT_TRUE(HasNote(other, "dagitops.order"));
  const ImportResult listed =
      Import({{"values.yaml", "deployments: [" + Entry("a") + ", " + Entry("b") + ", " + Entry("c") + "]"},
              {"workspace.yaml",
               "load_from: [{grpc_server: {host: x, port: 1, location_name: z}}, {grpc_server: {host: b, port: 1}}, "
               "{grpc_server: {host: a, port: 1}}]"}},
             {});
  EXPECT_EQ(composed(listed), "z b:1 a:2 c:2 ") << "as Dagster's list has it; what it does not name comes last";
}

// `dagsterWebserver.workspace` of the parent chart.
const std::string kServers = "workspace: {enabled: true, servers: [{host: sales.air.svc, port: 3030, name: Sales}]}";

TEST(ImportChartServers, NameTheDeploymentTheyReach) {
  const ImportResult result =
      Import({{"dagster.yaml", "dagsterWebserver: {" + kServers + "}"}, {"code.yaml", kList}}, {});
  EXPECT_EQ(Paths(result), (std::vector<std::string>{"dagitops.yaml", "locations/sales.yaml"}));
  const Value fragment = FileOf(result, "locations/sales.yaml");
  EXPECT_EQ(TextAt(fragment, "dagitops.locationName"), "Sales");
  EXPECT_EQ(TextAt(fragment, "image.repository"), "r/sales");
}

TEST(ImportChartServers, BecomeExternalWhereNobodyDeploysThem) {
  for (const char* key : {"dagsterWebserver", "dagit"}) {
    const ImportResult result = ImportText(std::string(key) + ": {" + kServers + "}");
    const Value fragment = FileOf(result, "locations/sales.yaml");
    EXPECT_EQ(TextAt(fragment, "dagitops.external.host"), "sales.air.svc");
    EXPECT_EQ(TextAt(fragment, "dagitops.external.port"), "3030");
    EXPECT_EQ(TextAt(fragment, "dagitops.locationName"), "Sales");
    EXPECT_FALSE(HasNote(result, "release: single"));
  }
}

TEST(ImportChartServers, OnAnotherPortAreAnotherServer) {
  const ImportResult result =
      Import({{"d.yaml", "dagit: {workspace: {enabled: true, servers: [{host: sales, port: 4000, name: far}]}}"},
              {"code.yaml", kList}},
             {});
  EXPECT_EQ(TextAt(FileOf(result, "locations/far.yaml"), "dagitops.external.port"), "4000");
  EXPECT_TRUE(HasNote(result, "no list of servers names deployment sales"));
}

TEST(ImportChartServers, CountOnlyWhereTheListIsSwitchedOn) {
  const ImportResult result = ImportText("dagit: {workspace: {enabled: false, servers: [{host: a, port: 1}]}}");
  EXPECT_EQ(Paths(result), std::vector<std::string>{"dagitops.yaml"});
  EXPECT_TRUE(HasNote(result, "workspace.enabled is not true"));
}

TEST(ImportChartServers, AreElsewhereWithAConfigMap) {
  const ImportResult result =
      ImportText("dagit: {workspace: {enabled: true, servers: [], externalConfigmap: locations}}");
  EXPECT_TRUE(HasNote(result, "ConfigMap locations"));
}

TEST(ImportChartServers, LoseSslWhereTheLocationIsDeployedFromHere) {
  const ImportResult result = ImportText(
      "dagit: {workspace: {enabled: true, servers: [{host: sales, port: 3030, ssl: true}]}}\n"
      "dagster-user-deployments: {" +
      kList + "}");
  EXPECT_TRUE(HasNote(result, "ssl: true"));
  const ImportResult external =
      ImportText("dagit: {workspace: {enabled: true, servers: [{host: sales, port: 3030, ssl: true}]}}");
  EXPECT_EQ(TextAt(FileOf(external, "locations/sales.yaml"), "dagitops.external.ssl"), "true");
}

TEST(Import, GivesTheSameForTheSame) {
  const std::vector<ImportFile> files{{"dagster.yaml", "dagit: {" + kServers + "}"}, {"code.yaml", kList}};
  EXPECT_EQ(Import(files, {}).files, Import(files, {}).files);
}

TEST(Import, NamesTheFileItCameFromWithoutItsFolder) {
  const ImportResult result = Import({{"/home/ada/secret\nplace/va\x01lues.yaml", kList}}, {});
  EXPECT_EQ(result.files.at("locations/sales.yaml").find("# Imported from va?lues.yaml:1\n"), 0U);
}

}  // namespace
}  // namespace dagitops::import
