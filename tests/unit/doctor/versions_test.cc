#include <gmock/gmock.h>

#include "support/case_name.h"
#include "unit/doctor/examined.h"

namespace dagitops::doctor {
namespace {

using Case = Broken<KubernetesFacts>;

class Versions : public testing::TestWithParam<Case> {};

TEST_P(Versions, AreTold) {
  KubernetesFacts facts = GoodCluster();
  GetParam().breaks(facts);
  EXPECT_THAT(Findings(ExamineKubernetes(facts)), testing::ElementsAreArray(GetParam().findings));
}

std::string Skew(const std::string& where, const std::string& version) {
  return "warning dagster-version-skew | " + where + " | Dagster " + version +
         " beside a webserver of 1.12.19 | the same minor version: Dagster proves no other pairs | upgrade the older "
         "one: " +
         where;
}

INSTANTIATE_TEST_SUITE_P(
    Broken, Versions,
    testing::Values(Case{"Location",
                         [](KubernetesFacts& facts) { facts.asked[0].instance->location_versions["old"] = "1.10.21"; },
                         {Skew("location old", "1.10.21")}},
                    Case{"Daemon",
                         [](KubernetesFacts& facts) { (**facts.daemons)[0].image = "registry:5000/dagster:1.11.0"; },
                         {Skew("daemon pod daemon-1, by its image", "1.11.0")}},
                    Case{"DaemonThatTellsNone",
                         [](KubernetesFacts& facts) { (**facts.daemons)[0].image = "registry:5000/dagster"; },
                         {}},
                    Case{"AnotherWebserver",
                         [](KubernetesFacts& facts) {
                           facts.asked.push_back({"http://10.0.0.2", DagsterInstance{"1.13.0", "", {}}});
                         },
                         {Skew("webserver http://10.0.0.2", "1.13.0")}},
                    Case{"RunsInServers",
                         [](KubernetesFacts& facts) { facts.asked[0].instance->run_launcher = "DefaultRunLauncher"; },
                         {"warning run-launcher-in-server | run launcher, by http://10.0.0.1:80 | DefaultRunLauncher: "
                          "runs live in the code servers, so a change waits for them or ends them (`runs`) | a "
                          "launcher that gives runs pods of their own | "
                          "runLauncher: {type: "
                          "K8sRunLauncher}  # values of the chart dagster"}},
                    Case{"OneDoesNotAnswer",
                         [](KubernetesFacts& facts) {
                           facts.asked.insert(facts.asked.begin(), {"http://10.0.0.9", Failure("webserver-error")});
                         },
                         {"error webserver-error | webserver http://10.0.0.9 | it failed | an answer by GraphQL | "
                          "environments: {production: "
                          "{dagster: {webserver: {pathPrefix: /dagster}}}}  # settings, where it has one"}},
                    Case{"OneDoesNotAnswerWhereReadinessIsEnough",
                         [](KubernetesFacts& facts) {
                           facts.asked.insert(facts.asked.begin(), {"http://10.0.0.9", Failure("webserver-error")});
                           (**facts.composed).readiness = true;
                         },
                         {"warning webserver-error | webserver http://10.0.0.9 | it failed | an answer by GraphQL | "
                          "environments: {production: "
                          "{dagster: {webserver: {pathPrefix: /dagster}}}}  # settings, where it has one"}},
                    Case{"NoneAnswers",
                         [](KubernetesFacts& facts) { facts.asked[0].instance = Failure("webserver-error"); },
                         {"error webserver-error | webserver http://10.0.0.1:80 | it failed | an answer by GraphQL | "
                          "environments: {production: "
                          "{dagster: {webserver: {pathPrefix: /dagster}}}}  # settings, where it has one",
                          "skipped dagster-version | run launcher and versions | no webserver answered"}},
                    Case{"NobodyIsAsked",
                         [](KubernetesFacts& facts) {
                           facts.selector = facts.daemon_selector = "";
                           facts.webservers.reset();
                           facts.daemons.reset();
                           facts.asked.clear();
                         },
                         {}}),
    support::CaseName{});

}  // namespace
}  // namespace dagitops::doctor
