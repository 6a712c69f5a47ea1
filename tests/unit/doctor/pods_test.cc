#include <gmock/gmock.h>

#include "support/case_name.h"
#include "unit/doctor/examined.h"

namespace dagitops::doctor {
namespace {

using Case = Broken<KubernetesFacts>;

class Pods : public testing::TestWithParam<Case> {};

TEST_P(Pods, AreTold) {
  KubernetesFacts facts = GoodCluster();
  GetParam().breaks(facts);
  EXPECT_THAT(Findings(ExamineKubernetes(facts)), testing::ElementsAreArray(GetParam().findings));
}

constexpr char kFile[] = "/dagster-workspace/workspace.yaml";
constexpr char kValues[] =
    "dagsterWebserver: {workspace: {enabled: true, servers: [], externalConfigmap: dagitops-workspace}}  # values of "
    "the chart "
    "dagster";
constexpr char kNoSubchart[] =
    "dagster-user-deployments: {enabled: true, enableSubchart: false}  # values of the chart dagster";
constexpr char kKeep[] =
    "first: kubectl --namespace dagster annotate deployment,service,configmap --selector component=user-deployments "
    "helm.sh/resource-policy=keep";

std::string Line(const std::string& head, const std::vector<std::string>& fix) {
  return head + " | " + Join(fix, "; ");
}

INSTANTIATE_TEST_SUITE_P(
    Broken, Pods,
    testing::Values(
        Case{"NotNamed",
             [](KubernetesFacts& facts) { Webserver(facts).workspaces.clear(); },
             {Line("error workspace-not-named | webserver pod web-1 | its command names no workspace file with -w | "
                   "-w /dagster-workspace/workspace.yaml",
                   {kValues, kNoSubchart})}},
        Case{"OfTheChart",
             [](KubernetesFacts& facts) {
               Webserver(facts).workspaces = {{kFile, "dagster-workspace-yaml", false}};
             },
             {Line("error workspace-of-chart | webserver pod web-1 | /dagster-workspace/workspace.yaml is of the "
                   "chart's own "
                   "ConfigMap dagster-workspace-yaml | workspace.yaml of ConfigMap dagitops-workspace",
                   {kValues, kNoSubchart, kKeep})}},
        Case{
            "Another",
            [](KubernetesFacts& facts) {
              Webserver(facts).workspaces = {{kFile, "ours", false}};
            },
            {Line("error workspace-another | webserver pod web-1 | /dagster-workspace/workspace.yaml is of ConfigMap "
                  "ours | "
                  "workspace.yaml of ConfigMap dagitops-workspace",
                  {"environments: {production: {kubernetes: {workspaceConfigMap: ours}}}  # settings, or:", kValues})}},
        Case{"OfAnImage",
             [](KubernetesFacts& facts) {
               Webserver(facts).workspaces = {{"/app/workspace.yaml", "", false}};
             },
             {Line("error workspace-not-mounted | webserver pod web-1 | /app/workspace.yaml is of no ConfigMap | "
                   "workspace.yaml "
                   "of ConfigMap dagitops-workspace",
                   {kValues, kNoSubchart})}},
        Case{"SubPathOfTheDaemon",
             [](KubernetesFacts& facts) { (**facts.daemons).front().workspaces.front().sub_path = true; },
             {"error workspace-subpath | daemon pod daemon-1 | /dagster-workspace/workspace.yaml is mounted with "
              "subPath: a new "
              "workspace.yaml never reaches the running pod | the whole ConfigMap dagitops-workspace, mounted as a "
              "folder | "
              "volumeMounts: [{name: dagster-workspace-yaml, mountPath: /dagster-workspace/}]  # of the Deployment; no "
              "subPath"}},
        Case{"OursBesideAnother",
             [](KubernetesFacts& facts) {
               Webserver(facts).workspaces.insert(Webserver(facts).workspaces.begin(),
                                                  {"/app/workspace.yaml", "", false});
             },
             {}},
        Case{"NotReady",
             [](KubernetesFacts& facts) { Webserver(facts).ready = false; },
             {"warning webserver-not-ready | webserver pod web-1 | it is not ready | a pod that is | kubectl "
              "--namespace dagster "
              "describe pod web-1"}},
        Case{"ReadOnly",
             [](KubernetesFacts& facts) { Webserver(facts).read_only = true; },
             {"warning webserver-read-only | webserver pod web-1 | it takes no requests to reload: only new pods show "
              "it a new "
              "location | nothing, where some seconds more are fine | dagsterWebserver: {enableReadOnly: false}  # "
              "values of the "
              "chart dagster"}},
        Case{"NoWebserver",
             [](KubernetesFacts& facts) {
               (**facts.webservers).clear();
               facts.asked.clear();
             },
             {"error webserver-missing | pods with component=webserver | there are none in namespace dagster | "
              "Dagster's webserver "
              "| environments: {production: {dagster: {webserver: {selector: \"app=webserver\"}}}}  # settings; the "
              "pods' labels",
              "skipped dagster-version | run launcher and versions | no webserver answered"}},
        Case{
            "NoWebserverWhereReadinessIsEnough",
            [](KubernetesFacts& facts) {
              (**facts.webservers).clear();
              facts.asked.clear();
              (**facts.composed).readiness = true;
            },
            {"warning webserver-missing | pods with component=webserver | there are none in namespace dagster; "
             "`verify: "
             "readiness` asks none | Dagster's webserver | environments: {production: {dagster: {webserver: {selector: "
             "\"app=webserver\"}}}}  # settings; the pods' labels",
             "skipped dagster-version | run launcher and versions | no webserver answered"}},
        Case{"NoWebserverYet",
             [](KubernetesFacts& facts) {
               (**facts.webservers).clear();
               facts.asked.clear();
               (**facts.composed).system = true;
             },
             {"warning webserver-missing | pods with component=webserver | there are none in namespace dagster; the "
              "repository has "
              "environments/production/system.yaml: serve will install it | Dagster's webserver | environments: "
              "{production: "
              "{dagster: {webserver: {selector: \"app=webserver\"}}}}  # settings; the pods' labels",
              "skipped dagster-version | run launcher and versions | no webserver answered"}},
        Case{"NoDaemon",
             [](KubernetesFacts& facts) { (**facts.daemons).clear(); },
             {"warning daemon-missing | pods with component=daemon | there are none in namespace dagster | Dagster's "
              "daemon | "
              "environments: {production: {dagster: {daemon: {selector: \"app=daemon\"}}}}  # settings; the pods' "
              "labels"}},
        Case{"Unlisted",
             [](KubernetesFacts& facts) {
               facts.webservers = Failure("kube-busy");
               facts.daemons.reset();
             },
             {"error kube-busy | pods with component=webserver | it failed | pods that can be listed | ",
              "skipped daemon | pods with component=daemon | pods in the namespace could not be listed"}},
        Case{"Umbrella",
             [](KubernetesFacts& facts) { (**facts.umbrella).push_back("dagster-old"); },
             {Line("warning umbrella-code-servers | Deployments in namespace dagster | dagster-old belong to the "
                   "release of "
                   "Dagster itself | code servers of releases of their own, which dagitops deploys",
                   {"environments: {production: {kubernetes: {adopt: [dagster]}}}  # settings, first: takes over those "
                    "that git has",
                    kValues, kNoSubchart})}},
        Case{"UmbrellaThatIsTakenOver",
             [](KubernetesFacts& facts) {
               (**facts.umbrella).push_back("dagster-old");
               facts.adopt = {"dagster"};
               facts.not_there = std::set<std::string>{};
             },
             {Line("warning umbrella-code-servers | Deployments in namespace dagster | dagster-old belong to the "
                   "release of "
                   "Dagster itself | code servers of releases of their own, which dagitops deploys",
                   {kValues, kNoSubchart})}},
        Case{
            "ReleasesThatAreNone",
            [](KubernetesFacts& facts) {
              facts.adopt = {"dagster", "nosuch", "other"};
              facts.not_there = std::set<std::string>{"nosuch", "other"};
            },
            {"warning adopt-no-release | releases of namespace dagster | `adopt` names what is none: nosuch, other | "
             "names of Helm releases there | environments: {production: {kubernetes: {adopt: [dagster]}}}  # settings, "
             "or another name:; helm --namespace dagster list --all"}},
        Case{"ReleasesThatAreThere",
             [](KubernetesFacts& facts) {
               facts.adopt = {"dagster"};
               facts.not_there = std::set<std::string>{};
             },
             {}},
        Case{"ReleasesThatCannotBeListed",
             [](KubernetesFacts& facts) {
               facts.adopt = {"dagster"};
               facts.not_there = Failure("kube-forbidden");
             },
             {"skipped adopt | releases of namespace dagster | it failed"}},
        Case{"ReleasesThatNobodyLookedAt",
             [](KubernetesFacts& facts) { facts.adopt = {"dagster"}; },
             {"skipped adopt | releases of namespace dagster | the namespace could not be looked at"}}),
    support::CaseName{});

}  // namespace
}  // namespace dagitops::doctor
