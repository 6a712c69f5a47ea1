#include "dagitops/import/adoption.h"

#include <gtest/gtest.h>

#include <string>

namespace dagitops::import {
namespace {

ExistingInstall TwoCharts() {
  ExistingInstall install;
  install.name_space = "dagster";
  install.releases = {{"user-code", "dagster-user-deployments", "1.12.19", "deployments: []\n", {"hr", "sales"}}};
  install.workspace_map = "dagster-workspace-yaml";
  install.workspace = "load_from: []\n";
  return install;
}

ExistingInstall Umbrella() {
  ExistingInstall install = TwoCharts();
  install.releases = {{"dagster", "dagster", "1.10.5", "dagster-user-deployments: {}\n", {"sales"}}};
  install.workspace_release = "dagster";
  return install;
}

bool Has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(Adoption, ImportsTheValuesOfEachReleaseAndTheWorkspace) {
  const auto files = FilesOf(TwoCharts());
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0].path, "release-user-code.yaml");
  EXPECT_EQ(files[0].text, "deployments: []\n");
  EXPECT_EQ(files[1].text, "load_from: []\n");
  ExistingInstall none = TwoCharts();
  none.workspace.reset();
  EXPECT_EQ(FilesOf(none).size(), 1U);
}

TEST(Adoption, TellsTheSettingsThatItWants) {
  EXPECT_EQ(
      AdoptionSettings(TwoCharts(), "production"),
      "environments:\n  production:\n    target: kubernetes\n    kubernetes:\n      namespace: dagster\n"
      "      adopt: [user-code]\n      workspaceConfigMap: dagster-workspace-yaml\n"
      "      chart: {version: \"1.12.19\"}  # as the install has it, with the path or repository that you take it "
      "from\n");
}

TEST(Adoption, TellsForEachLocationWhatItsUsersNotice) {
  const std::string plan = AdoptionPlan(TwoCharts(), {"sales"});
  EXPECT_TRUE(Has(plan, "release user-code (chart dagster-user-deployments 1.12.19)\n")) << plan;
  EXPECT_TRUE(Has(plan, "  sales: taken over from release user-code. New pods come up beside the old ones")) << plan;
  EXPECT_TRUE(Has(plan, "Service sales turns to them once they are ready")) << plan;
  EXPECT_TRUE(Has(plan, "  hr: stays in release user-code, since git has no server of that name.\n")) << plan;
  EXPECT_TRUE(Has(plan, "release user-code is upgraded without the locations that git has")) << plan;
  EXPECT_TRUE(Has(plan, "ConfigMap dagster-workspace-yaml (written by no Helm release)\n")) << plan;
  EXPECT_TRUE(Has(plan, "No Service is deleted.")) << plan;
}

TEST(Adoption, TellsWhatTheReleaseOfDagsterItselfWants) {
  const std::string plan = AdoptionPlan(Umbrella(), {"sales"});
  EXPECT_TRUE(Has(plan,
                  "by you: set in the values of release dagster `dagster-user-deployments: {enabled: true, "
                  "enableSubchart: false}`"))
      << plan;
  EXPECT_TRUE(Has(plan, "externalConfigmap: dagster-workspace-yaml}}`")) << plan;
  EXPECT_TRUE(Has(plan, "ConfigMap dagster-workspace-yaml (of Helm release dagster)\n")) << plan;
}

}  // namespace
}  // namespace dagitops::import
