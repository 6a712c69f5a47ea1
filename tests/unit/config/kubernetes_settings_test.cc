// What an environment in a cluster must say, and what contradicts itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dagitops/config/settings.h"

#include "support/case_name.h"

namespace dagitops::config {
namespace {

using Texts = std::vector<std::string>;

Texts Told(const std::string& yaml) {
  Texts told;
  for (const Diagnostic& diagnostic : ParseSettings(yaml, "s.yaml").diagnostics) told.push_back(diagnostic.Text());
  return told;
}

std::string Environment(const std::string& kubernetes) {
  return "environments: {p: {target: kubernetes, kubernetes: {" + kubernetes + "}}}\n";
}

TEST(KubernetesSettings, AreReadWhole) {
  const ParsedSettings parsed = ParseSettings(R"(
environments:
  production:
    target: kubernetes
    kubernetes:
      kubeconfig: /etc/kube
      context: prod
      namespace: dagster
      chart: {repository: "https://charts.example.com", name: code, version: "1.12.19"}
      system: {release: dag, chart: {path: /charts/dagster}}
      helm: /opt/helm
      parallel: 8
      workspaceConfigMap: workspace
      adopt: [dagster, dagster-user-deployments]
      rolloutTimeout: 20m
      retireAfter: 2m
      lease: ours
    dagster:
      webserver: {selector: "app=web", pathPrefix: /dagster}
      daemon: {selector: "app=daemon"}
)",
                                              "s.yaml");
  ASSERT_TRUE(parsed.diagnostics.empty()) << parsed.diagnostics[0].Text();
  const EnvironmentSettings& production = parsed.settings.environments.at("production");
  EXPECT_EQ(production.target, "kubernetes");
  const KubernetesSettings expected{"/etc/kube",
                                    "prod",
                                    "dagster",
                                    {"", "https://charts.example.com", "code", "1.12.19"},
                                    {"dag", {"/charts/dagster", "", "dagster", ""}},
                                    "/opt/helm",
                                    8,
                                    "workspace",
                                    {"dagster", "dagster-user-deployments"},
                                    std::chrono::minutes(20),
                                    std::chrono::minutes(2),
                                    "ours"};
  EXPECT_EQ(production.kubernetes, expected);
  EXPECT_EQ(production.dagster.webserver.selector, "app=web");
  EXPECT_EQ(production.dagster.daemon_selector, "app=daemon");
}

struct Case {
  const char* name;
  std::string yaml;
  Texts told;
};
class KubernetesFaults : public testing::TestWithParam<Case> {};

TEST_P(KubernetesFaults, SayWhereAndWhatToDo) { EXPECT_EQ(Told(GetParam().yaml), GetParam().told); }

INSTANTIATE_TEST_SUITE_P(
    None, KubernetesFaults,
    testing::Values(
        Case{"Path", Environment("namespace: ns, chart: {path: /c}"), {}},
        Case{"Repository", Environment("namespace: ns, chart: {repository: \"https://x\", version: \"1\"}"), {}},
        Case{"PathWithVersion", Environment("namespace: ns, chart: {path: /c, version: \"1\"}"), {}},
        Case{"OtherTarget", "environments: {p: {kubernetes: {helm: /opt/helm}}}\n", {}},
        Case{"UrlOfAWebserver",
             "environments: {p: {target: kubernetes, kubernetes: {namespace: ns, chart: {path: /c}}, dagster: "
             "{webserver: "
             "{url: \"http://web\"}}}}\n",
             {}},
        Case{"TwoNamespaces",
             "environments:\n  a: {target: kubernetes, kubernetes: {namespace: na, chart: {path: /c}}}\n"
             "  b: {target: kubernetes, kubernetes: {namespace: nb, chart: {path: /c}}}\n",
             {}},
        Case{"TwoContexts",
             "environments:\n  a: {target: kubernetes, kubernetes: {context: cx, namespace: ns, chart: {path: /c}}}\n"
             "  b: {target: kubernetes, kubernetes: {context: cy, namespace: ns, chart: {path: /c}}}\n",
             {}},
        Case{
            "TwoClusters",
            "environments:\n  a: {target: kubernetes, kubernetes: {kubeconfig: /x, namespace: ns, chart: {path: /c}}}\n"
            "  b: {target: kubernetes, kubernetes: {kubeconfig: /y, namespace: ns, chart: {path: /c}}}\n",
            {}},
        Case{"OneOfThemElsewhere",
             "environments:\n  a: {target: kubernetes, kubernetes: {namespace: ns, chart: {path: /c}}}\n"
             "  b: {kubernetes: {namespace: ns, chart: {path: /c}}}\n",
             {}}),
    support::CaseName{});

const std::string kNoNamespace =
    "s.yaml:1:16: fault: bad-setting: found no `namespace`, expected one at `environments.NAME.kubernetes`; name the "
    "namespace that this environment's code servers run in";
const std::string kNoChart =
    "s.yaml:1:16: fault: bad-setting: found no chart, expected one of them at `environments.NAME.kubernetes`; set "
    "chart.path to a folder or archive, or chart.repository and chart.version";

const std::string kLabel = "a name: up to 63 lower case letters and digits, `-` inside";
const std::string kName = "a name: up to 253 lower case letters and digits, `-` and `.` inside";
const std::string kLogin =
    "fault: secret-in-settings: found a URL with a password, expected a URL without it; take the chart from an oci:// "
    "registry, whose login helm has in the file that the variable HELM_REGISTRY_CONFIG names, or pull it and name the "
    "archive as `path` beside this";

INSTANTIATE_TEST_SUITE_P(
    Some, KubernetesFaults,
    testing::Values(
        Case{"Nothing", "environments: {p: {target: kubernetes}}\n", {kNoNamespace, kNoChart}},
        Case{"NothingBelow", Environment(""), {kNoNamespace, kNoChart}},
        Case{"NoNamespace", Environment("chart: {path: /c}"), {kNoNamespace}},
        Case{"EmptyNamespace", Environment("namespace: , chart: {path: /c}"), {kNoNamespace}},
        Case{"NoChart", Environment("namespace: ns"), {kNoChart}},
        Case{"TwoCharts",
             Environment("namespace: ns, chart: {path: /c, repository: \"https://x\", version: \"1\"}"),
             {"s.yaml:1:16: fault: bad-setting: found `chart.path` and `chart.repository`, expected one of them at "
              "`environments.NAME.kubernetes`; set chart.path to a folder or archive, or chart.repository and "
              "chart.version"}},
        Case{"NamespaceThatKubernetesRefuses",
             "environments:\n  p:\n    target: kubernetes\n    kubernetes:\n      namespace: Foo_Bar\n"
             "      chart: {path: /c}\n",
             {"s.yaml:5:18: fault: bad-setting: found Foo_Bar, expected " + kLabel +
              " at `environments.NAME.kubernetes.namespace`; write " + kLabel}},
        Case{"ConfigMapThatKubernetesRefuses",
             Environment("namespace: ns, chart: {path: /c}, workspaceConfigMap: \"A b\""),
             {"s.yaml:1:107: fault: bad-setting: found \"A b\", expected " + kName +
              " at `environments.NAME.kubernetes.workspaceConfigMap`; write " + kName}},
        Case{"LeaseThatKubernetesRefuses",
             Environment("namespace: ns, chart: {path: /c}, lease: \"BAD_\""),
             {"s.yaml:1:94: fault: bad-setting: found \"BAD_\", expected " + kName +
              " at `environments.NAME.kubernetes.lease`; write " + kName}},
        Case{"LoginOfACharts",
             Environment("namespace: ns, chart: {repository: \"https://user:hunter2@h/x\", version: \"1\"}"),
             {"s.yaml:1:88: " + kLogin}},
        Case{"LoginOfTheSystemsChart",
             Environment("namespace: ns, chart: {path: /c}, system: {chart: {repository: \"oci://u:hunter2@h/x\", "
                         "version: \"1\"}}"),
             {"s.yaml:1:116: " + kLogin}},
        Case{"NoVersion",
             Environment("namespace: ns, chart: {repository: \"https://x\"}"),
             {"s.yaml:1:16: fault: bad-setting: found `chart.repository` without `chart.version`, expected both at "
              "`environments.NAME.kubernetes`; pin the version, such as \"1.12.19\""}},
        Case{"OneNamespace",
             "environments:\n  a: {target: kubernetes, kubernetes: {namespace: ns, chart: {path: /c}}}\n"
             "  b: {target: kubernetes, kubernetes: {namespace: ns, chart: {path: /other}}}\n",
             {"s.yaml:3:3: fault: bad-setting: found the namespace of environment \"a\", expected one of its own at "
              "`environments.NAME.kubernetes.namespace`; name another namespace or cluster"}}),
    support::CaseName{});

}  // namespace
}  // namespace dagitops::config
