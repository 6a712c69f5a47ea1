#include "target/kubernetes/foreign_releases.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <boost/json/serialize.hpp>

#include "support/case_name.h"
#include "support/fake_command_runner.h"
#include "support/temp_dir.h"
#include "target/kubernetes/json_view.h"
#include "unit/target/kubernetes/fake_api.h"

namespace dagitops::kubernetes {
namespace {

using support::FakeCommandRunner;
using Texts = std::vector<std::string>;

struct ValuesCase {
  const char* name;
  std::string values;
  std::string rest;  // "": none of those is in them
};
class Values : public testing::TestWithParam<ValuesCase> {};

TEST_P(Values, LoseTheLocationsThatGitHas) {
  const boost::json::value values = ParseJson(GetParam().values);
  const auto rest = ValuesWithout(values.get_object(), {"sales", "hr"});
  EXPECT_EQ(rest ? boost::json::serialize(*rest) : "", GetParam().rest);
}

INSTANTIATE_TEST_SUITE_P(
    All, Values,
    testing::Values(ValuesCase{"One", R"({"a":1,"deployments":[{"name":"sales"},{"name":"ml","port":2}]})",
                               R"({"a":1,"deployments":[{"name":"ml","port":2}]})"},
                    ValuesCase{"All", R"({"deployments":[{"name":"sales"},{"name":"hr"}]})", R"({"deployments":[]})"},
                    ValuesCase{"None", R"({"deployments":[{"name":"ml"}]})", ""},
                    ValuesCase{"NoDeployments", R"({"a":1})", ""},
                    ValuesCase{"AMapping", R"({"deployments":{"sales":{},"ml":{}}})", R"({"deployments":{"ml":{}}})"},
                    ValuesCase{"AnAccountWithAName",
                               R"({"deployments":[{"name":"hr"}],"serviceAccount":{"name":"sa","create":true}})",
                               R"({"deployments":[],"serviceAccount":{"name":"sa","create":false}})"},
                    ValuesCase{"AnAccountWithoutAName",
                               R"({"deployments":[{"name":"hr"}],"serviceAccount":{"create":true}})",
                               R"({"deployments":[],"serviceAccount":{"create":true}})"}),
    support::CaseName{});

struct NoteCase {
  const char* name;
  std::string values;
  bool told;
};
class Umbrella : public testing::TestWithParam<NoteCase> {};

TEST_P(Umbrella, IsToldWhatItsValuesWant) {
  const boost::json::value values = ParseJson(GetParam().values);
  const std::string note = UmbrellaNote("dagster", values.get_object(), "dagitops-workspace");
  EXPECT_EQ(!note.empty(), GetParam().told) << note;
  if (!GetParam().told) return;
  EXPECT_NE(note.find("release dagster deploys code servers still"), std::string::npos) << note;
  EXPECT_NE(note.find("enableSubchart: false"), std::string::npos) << note;
  EXPECT_NE(note.find("externalConfigmap: dagitops-workspace"), std::string::npos) << note;
}

INSTANTIATE_TEST_SUITE_P(
    All, Umbrella,
    testing::Values(NoteCase{"Untouched", R"({"dagster-user-deployments":{"deployments":[]}})", true},
                    NoteCase{"StillOn", R"({"dagster-user-deployments":{"enableSubchart":true},
          "dagsterWebserver":{"workspace":{"externalConfigmap":"dagitops-workspace"}}})",
                             true},
                    NoteCase{"AnotherWorkspace", R"({"dagster-user-deployments":{"enableSubchart":false},
          "dagsterWebserver":{"workspace":{"externalConfigmap":"mine"}}})",
                             true},
                    NoteCase{"Done", R"({"dagster-user-deployments":{"enableSubchart":false},
          "dagsterWebserver":{"workspace":{"externalConfigmap":"dagitops-workspace"}}})",
                             false}),
    support::CaseName{});

constexpr char kManifest[] =
    "---\n# Source: dagster/charts/dagster-user-deployments/templates/service.yaml\napiVersion: v1\nkind: Service\n"
    "metadata: {name: sales}\n---\n# Source: dagster/templates/deployment-webserver.yaml\napiVersion: apps/v1\n"
    "kind: Deployment\nmetadata: {name: web}\n---\n# Source: "
    "dagster/charts/dagster-user-deployments/templates/deployment.yaml\napiVersion: apps/v1\nkind: Deployment\n"
    "metadata: {name: old-sales}\n";
constexpr char kService[] = "patch /api/v1/namespaces/dagster/services/sales";
constexpr char kDeployment[] = "patch /apis/apps/v1/namespaces/dagster/deployments/old-sales";

class ForeignTest : public testing::Test {
 protected:
  ForeignTest() {
    folder_.Write("code/Chart.yaml", "name: code\n");
    runner_.answer = [this](const Command& command) -> Result<CommandResult> {
      const std::string what = command.arguments.at(1) == "get" ? command.arguments.at(2) : command.arguments.at(1);
      helms_said_.push_back(what);
      if (what == "manifest") return FakeCommandRunner::Said(manifest_);
      if (what == "values") return FakeCommandRunner::Said(values_);
      if (what == "metadata") return FakeCommandRunner::Said(R"({"chart": ")" + chart_name_ + "\"}");
      return FakeCommandRunner::Said(R"({"version": 8})");
    };
  }

  support::TempDir folder_;
  FakeApi api_;
  FakeCommandRunner runner_;
  Texts helms_said_;
  std::string values_ = R"({"deployments":[{"name":"sales"},{"name":"ml"}]})";
  std::string manifest_ = kManifest;
  std::string chart_name_ = "dagster-user-deployments";
  HelmSettings helm_{"helm", "", "", "dagster", folder_.path(), {}};
  ChartOptions options_{folder_ / "code", "", "", ""};
  Chart chart_{{options_, helm_, runner_}};
  HelmRunner helms_{runner_, 2};
  ForeignReleases foreign_{{api_, helms_, helm_, chart_, "dagitops-workspace"}};
};

TEST_F(ForeignTest, KeepsWhatIsForCodeServersOnce) {
  ASSERT_TRUE(foreign_.Keep("dagster"));
  ASSERT_TRUE(foreign_.Keep("dagster"));
  EXPECT_EQ(api_.calls(), (Texts{kService, kDeployment}));
  EXPECT_EQ(api_.writes().at(0).body, R"({"metadata":{"annotations":{"helm.sh/resource-policy":"keep"}}})");
}

TEST_F(ForeignTest, KeepsWorkspaceYamlWhereItIsOfTheReleaseAndIsToBeOurs) {
  const auto map = [](const std::string& name) {
    return "---\n# Source: dagster/templates/configmap-workspace.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: "
           "{name: " +
           name + "}\n";
  };
  manifest_ = map("dagster-instance") + map("dagitops-workspace");
  ASSERT_TRUE(foreign_.Keep("dagster"));
  EXPECT_EQ(api_.calls(), (Texts{"patch /api/v1/namespaces/dagster/configmaps/dagitops-workspace"}));
}

TEST_F(ForeignTest, KeepsTheRestWhereOneIsGone) {
  api_.on_write = [](const kube::ApiWrite& write) -> Result<std::string> {
    if (write.path.ends_with("/sales")) return ApiFailure("kube-not-found", ErrorKind::kInvalid);
    return write.body;
  };
  ASSERT_TRUE(foreign_.Keep("dagster"));
  EXPECT_EQ(api_.calls(), (Texts{kService, kDeployment}));
}

TEST_F(ForeignTest, ThatCouldNotBeKeptIsTriedAgain) {
  api_.on_write = [](const kube::ApiWrite&) -> Result<std::string> {
    return ApiFailure("kube-forbidden", ErrorKind::kStalled);
  };
  EXPECT_EQ(foreign_.Keep("dagster").error().code, "kube-forbidden");
  api_.on_write = nullptr;
  EXPECT_TRUE(foreign_.Keep("dagster"));
  EXPECT_EQ(api_.calls(), (Texts{kService, kService, kDeployment}));
}

TEST_F(ForeignTest, TakesGitsLocationsOutOfARelease) {
  ASSERT_TRUE(foreign_.Trim("old", {"sales"}));
  EXPECT_EQ(helms_said_, (Texts{"metadata", "values", "upgrade"}));
  const Command& upgrade = runner_.commands.back();
  EXPECT_EQ(upgrade.input, R"({"deployments":[{"name":"ml"}]})");
  EXPECT_EQ(upgrade.arguments.at(3), "old");
  for (const std::string& word : upgrade.arguments) EXPECT_NE(word, "--labels") << "it stays somebody else's";
  EXPECT_TRUE(foreign_.notes().empty());
}

TEST_F(ForeignTest, LeavesAReleaseAloneThatHasNoneOfThem) {
  ASSERT_TRUE(foreign_.Trim("old", {"hr"}));
  EXPECT_EQ(helms_said_, (Texts{"metadata", "values"}));
}

TEST_F(ForeignTest, TellsOfAReleaseThatIsEmptyThen) {
  ASSERT_TRUE(foreign_.Trim("old", {"sales", "ml"}));
  EXPECT_NE(foreign_.notes().at("old").find("`helm uninstall` it"), std::string::npos);
}

TEST_F(ForeignTest, NeverTouchesDagsterItselfAndTellsWhatItWants) {
  chart_name_ = "dagster";
  values_ = R"({"dagster-user-deployments":{"deployments":[{"name":"sales"}]}})";
  ASSERT_TRUE(foreign_.Trim("dagster", {"sales"}));
  EXPECT_EQ(helms_said_, (Texts{"metadata", "values"}));
  EXPECT_NE(foreign_.notes().at("dagster").find("enableSubchart: false"), std::string::npos);
  values_ = R"({"dagster-user-deployments":{"enableSubchart":false},
    "dagsterWebserver":{"workspace":{"externalConfigmap":"dagitops-workspace"}}})";
  ASSERT_TRUE(foreign_.Trim("dagster", {"sales"}));
  EXPECT_TRUE(foreign_.notes().empty());
}

}  // namespace
}  // namespace dagitops::kubernetes
