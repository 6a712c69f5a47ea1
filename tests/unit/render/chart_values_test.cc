#include "dagitops/render/chart_values.h"

#include <gtest/gtest.h>

#include <string>

#include "dagitops/yaml/parse.h"

#include "support/case_name.h"

namespace dagitops::render {
namespace {

Value Read(const std::string& text) {
  const yaml::Parsed parsed = yaml::Parse(text, "x.yaml", Layer::kFragment);
  EXPECT_TRUE(parsed.diagnostics.empty()) << text;
  return parsed.root;
}

std::shared_ptr<const CodeLocation> Location(const std::string& entry) {
  auto location = std::make_shared<CodeLocation>();
  location->entry = Read(entry);
  location->name = location->entry.Find("name")->text();
  return location;
}

const char* const kSales = "{name: sales, image: {repository: r/sales, tag: \"1.10\", pullPolicy: Always}, port: 3030}";
const char* const kChart =
    "global: {serviceAccountName: dagster}\n"
    "serviceAccount: {create: true, name: mine}\n"
    "rbacEnabled: true\n"
    "extraManifests: [{kind: ConfigMap}]\n";

TEST(UserDeploymentsValues, PutsDeploymentsAfterTheChartsOwnValues) {
  EXPECT_EQ(
      UserDeploymentsValues({Location(kSales)}, Read("includeInstance: true\nimagePullSecrets: [{name: x}]")).value(),
      "includeInstance: true\n"
      "imagePullSecrets:\n"
      "  - name: \"x\"\n"
      "deployments:\n"
      "  - name: \"sales\"\n"
      "    image:\n"
      "      repository: \"r/sales\"\n"
      "      tag: \"1.10\"\n"
      "      pullPolicy: \"Always\"\n"
      "    port: 3030\n");
}

TEST(UserDeploymentsValues, IsAnEmptyListForNoLocations) {
  EXPECT_EQ(UserDeploymentsValues({}, Value()).value(), "deployments: []\n");
}

TEST(UserDeploymentsValues, KeepsTheTextOfNumbersAndNullsOfTheChart) {
  const std::string text =
      UserDeploymentsValues({Location("{name: a, image: {repository: r, tag: 20240131}, mode: 0444, x: 1.10, z: 1e3}")},
                            Read("postgresqlSecretName: ~"))
          .value();
  for (const char* line :
       {"postgresqlSecretName: null\n", "tag: 20240131\n", "mode: 0444\n", "x: 1.10\n", "z: 1e3\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  }
}

TEST(UserDeploymentsValues, LeavesOutWhatTheChartCannotRun) {
  auto external = std::make_shared<CodeLocation>(*Location("{name: far}"));
  external->settings.external = ExternalServer{"h", 1, "", false};
  const auto no_image = Location("{name: local}");
  EXPECT_FALSE(HasDeployment(*external));
  EXPECT_FALSE(HasDeployment(*no_image));
  EXPECT_TRUE(HasDeployment(*Location(kSales)));
  EXPECT_EQ(UserDeploymentsValues({external, no_image}, Value()).value(), "deployments: []\n");
}

TEST(LocationValues, HasWhatBelongsToOneLocationOnly) {
  EXPECT_EQ(LocationValues(*Location("{name: a, image: {repository: r}}"), Read(kChart), "base-account").value(),
            "global:\n"
            "  serviceAccountName: \"dagster\"\n"
            "serviceAccount:\n"
            "  create: false\n"
            "  name: \"base-account\"\n"
            "rbacEnabled: false\n"
            "deployments:\n"
            "  - name: \"a\"\n"
            "    image:\n"
            "      repository: \"r\"\n");
}

TEST(LocationValues, SwitchesTheServiceAccountOffAlsoWhereTheChartValuesSayNothing) {
  EXPECT_EQ(LocationValues(*Location("{name: a, image: {repository: r}}"), Value(), "b").value(),
            "serviceAccount:\n"
            "  create: false\n"
            "  name: \"b\"\n"
            "rbacEnabled: false\n"
            "deployments:\n"
            "  - name: \"a\"\n"
            "    image:\n"
            "      repository: \"r\"\n");
}

TEST(BaseValues, HasEverythingButDeployments) {
  EXPECT_EQ(BaseValues(Read(kChart)).value(),
            "global:\n"
            "  serviceAccountName: \"dagster\"\n"
            "serviceAccount:\n"
            "  create: true\n"
            "  name: \"mine\"\n"
            "rbacEnabled: true\n"
            "extraManifests:\n"
            "  - kind: \"ConfigMap\"\n"
            "deployments: []\n");
}

struct Case {
  const char* name;
  const char* chart_values;
  bool single;        // also refused for release: single
  const char* found;  // what the message names
};
class RefusedChartValues : public testing::TestWithParam<Case> {};

TEST_P(RefusedChartValues, SayWhatToDoInstead) {
  const Value chart_values = Read(GetParam().chart_values);
  const auto base = BaseValues(chart_values);
  ASSERT_FALSE(base.has_value());
  EXPECT_EQ(base.error().code, "chart-values");
  EXPECT_NE(base.error().message.find(GetParam().found), std::string::npos) << base.error().Text();
  EXPECT_FALSE(base.error().hint.empty());
  EXPECT_FALSE(LocationValues(*Location(kSales), chart_values, "b").has_value());
  EXPECT_EQ(UserDeploymentsValues({}, chart_values).has_value(), !GetParam().single);
}

INSTANTIATE_TEST_SUITE_P(All, RefusedChartValues,
                         testing::Values(Case{"List", "[a]", true, "mapping"}, Case{"Text", "a", true, "mapping"},
                                         Case{"Deployments", "{deployments: []}", true, "deployments"},
                                         Case{"FullName", "{fullnameOverride: x}", false, "fullnameOverride"}),
                         support::CaseName{});

TEST(LocationValues, AllowsAnEmptyFullName) {
  EXPECT_TRUE(LocationValues(*Location(kSales), Read("{fullnameOverride: \"\"}"), "b").has_value());
}

TEST(LocationValues, RefusesALocationWithoutDeployment) {
  const auto result = LocationValues(*Location("{name: a}"), Value(), "b");
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().subject, "location a");
}

TEST(WantedLocations, TakesTheCandidateBeforeWhatServes) {
  Effective effective;
  effective.locations.resize(3);
  effective.locations[0].serving = Version{{}, {}, *Location("{name: a, v: old}"), ""};
  effective.locations[0].candidate = Version{{}, {}, *Location("{name: a, v: new}"), ""};
  effective.locations[1].serving = Version{{}, {}, *Location("{name: b, v: old}"), ""};
  const Locations wanted = WantedLocations(effective);
  ASSERT_EQ(wanted.size(), 2U);
  EXPECT_EQ(wanted[0]->entry.Find("v")->text(), "new");
  EXPECT_EQ(wanted[1]->entry.Find("v")->text(), "old");
}

}  // namespace
}  // namespace dagitops::render
