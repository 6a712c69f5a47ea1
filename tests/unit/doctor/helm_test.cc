#include <gmock/gmock.h>

#include "support/case_name.h"
#include "unit/doctor/examined.h"

namespace dagitops::doctor {
namespace {

using Case = Broken<KubernetesFacts>;

class HelmAndChart : public testing::TestWithParam<Case> {};

TEST_P(HelmAndChart, AreTold) {
  KubernetesFacts facts = GoodCluster();
  GetParam().breaks(facts);
  EXPECT_THAT(Findings(ExamineKubernetes(facts)), testing::ElementsAreArray(GetParam().findings));
}

constexpr char kNewer[] =
    "environments: {production: {kubernetes: {helm: /usr/local/bin/helm}}}  # settings; a newer one";
constexpr char kPath[] =
    "environments: {production: {kubernetes: {chart: {path: /charts/dagster-user-deployments}}}}  # settings";

INSTANTIATE_TEST_SUITE_P(
    Broken, HelmAndChart,
    testing::Values(
        Case{"NoHelm",
             [](KubernetesFacts& facts) {
               facts.helm = Failure("helm-missing");
               Code(facts).found.reset();
             },
             {std::string("error helm-missing | helm, by helm | it failed | 3.17.0 or newer | ") + kNewer,
              "skipped chart | chart /charts/code | it takes a helm that works"}},
        Case{"Old",
             [](KubernetesFacts& facts) { facts.helm = std::string("v3.16.4"); },
             {std::string("error helm-too-old | helm, by helm | v3.16.4 | 3.17.0 or newer | ") + kNewer}},
        Case{"JustEnough", [](KubernetesFacts& facts) { facts.helm = std::string("v3.17.0"); }, {}},
        Case{"Helm4", [](KubernetesFacts& facts) { facts.helm = std::string("v4.3.2"); }, {}},
        Case{"Unproven",
             [](KubernetesFacts& facts) { facts.helm = std::string("v5.0.1"); },
             {std::string(
                  "warning helm-unproven | helm, by helm | v5.0.1 | a helm 3 or 4, with which dagitops was tested | ") +
              kNewer}},
        Case{"NoChart",
             [](KubernetesFacts& facts) { Code(facts).found = Failure("chart-unreadable"); },
             {std::string("error chart-unreadable | chart /charts/code | it failed | the chart "
                          "dagster-user-deployments, pinned | ") +
              kPath}},
        Case{"AnotherChart",
             [](KubernetesFacts& facts) {
               Code(facts).found = ChartFacts{"dagster", "1.12.19"};
             },
             {std::string(
                  "error chart-another | chart /charts/code | it is the chart dagster | dagster-user-deployments | ") +
              kPath}},
        Case{"Range",
             [](KubernetesFacts& facts) { Code(facts).set_version = "~1.12"; },
             {"warning chart-not-pinned | chart /charts/code | its version is the range ~1.12 | one version: another "
              "chart is a new "
              "release of all that is made from it | environments: {production: {kubernetes: {chart: {version: "
              "\"1.12.19\"}}}}  # "
              "settings"}},
        Case{"HalfAVersion",
             [](KubernetesFacts& facts) { Code(facts).set_version = "1.12"; },
             {"warning chart-not-pinned | chart /charts/code | its version is the range 1.12 | one version: another "
              "chart is a new "
              "release of all that is made from it | environments: {production: {kubernetes: {chart: {version: "
              "\"1.12.19\"}}}}  # "
              "settings"}},
        Case{"NoChartOfDagsterItself",
             [](KubernetesFacts& facts) {
               facts.charts.push_back({"system.chart", "dagster", "/charts/dagster", "", Failure("chart-unreadable")});
             },
             {"error chart-unreadable | chart /charts/dagster | it failed | the chart dagster, pinned | environments: "
              "{production: "
              "{kubernetes: {system: {chart: {path: /charts/dagster}}}}}  # settings"}},
        Case{"AnotherMinorOfDagsterItself",
             [](KubernetesFacts& facts) {
               facts.charts.push_back(
                   {"system.chart", "dagster", "/charts/dagster", "", ChartFacts{"dagster", "1.13.2"}});
             },
             {"warning dagster-version-skew | chart /charts/dagster | Dagster 1.13.2 beside a webserver of 1.12.19 | "
              "the same minor "
              "version: Dagster proves no other pairs | upgrade the older one: chart /charts/dagster"}},
        Case{"Pinned", [](KubernetesFacts& facts) { Code(facts).set_version = "1.12.19"; }, {}},
        Case{"JudgedByAnother",
             [](KubernetesFacts& facts) { facts.chart_version = "1.10"; },
             {"warning chart-judged-by-another | chart /charts/code | it is 1.12.19, and entries are judged by 1.10 | "
              "the same "
              "minor version | environments: {production: {chartVersion: \"1.12\"}}  # settings"}},
        Case{"NobodyKnowsIt",
             [](KubernetesFacts& facts) {
               Code(facts).found = ChartFacts{"dagster-user-deployments", "1.11.2"};
             },
             {"warning chart-judged-by-another | chart /charts/code | it is 1.11.2, and entries are judged by 1.12 | "
              "the same "
              "minor version | take a chart of 1.10 or 1.12, or expect lint to judge by 1.12",
              "warning dagster-version-skew | chart /charts/code | Dagster 1.11.2 beside a webserver of 1.12.19 | the "
              "same minor "
              "version: Dagster proves no other pairs | upgrade the older one: chart /charts/code"}}),
    support::CaseName{});

}  // namespace
}  // namespace dagitops::doctor
