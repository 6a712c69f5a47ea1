#include <gmock/gmock.h>

#include "support/case_name.h"
#include "unit/doctor/examined.h"

namespace dagitops::doctor {
namespace {

using Case = Broken<KubernetesFacts>;

class Cluster : public testing::TestWithParam<Case> {};

TEST(GoodCluster, HasNoFinding) {
  const Section section = ExamineKubernetes(GoodCluster());
  EXPECT_THAT(Findings(section), testing::IsEmpty());
  EXPECT_EQ(section.target, "kubernetes");
  EXPECT_EQ(section.rights.size(), 3);
}

TEST_P(Cluster, IsTold) {
  KubernetesFacts facts = GoodCluster();
  GetParam().breaks(facts);
  EXPECT_THAT(Findings(ExamineKubernetes(facts)), testing::ElementsAreArray(GetParam().findings));
}

void Refuse(KubernetesFacts& facts, const std::string& words) {
  facts.refused = std::vector<RefusedPod>{{"sales", words}, {"prices", words}};
}

// It is not even known where the API server is.
void Unreached(KubernetesFacts& facts, const Error& error) {
  facts.kubeconfig = "/etc/kube";
  facts.access = error;
  facts.version.reset();
  facts.state.reset();
  facts.rights.reset();
  facts.refused.reset();
}

constexpr char kNoNamespace[] = "skipped namespace | namespace dagster | the API server could not be asked";
constexpr char kNoRights[] = "skipped rights | rights in namespace dagster | the API server could not be asked";
constexpr char kNoPods[] = "skipped pods | pods in namespace dagster | they could not be tried";

INSTANTIATE_TEST_SUITE_P(
    Broken, Cluster,
    testing::Values(
        Case{"NoServer",
             [](KubernetesFacts& facts) {
               facts.version = Failure("kube-unreachable");
               facts.state.reset();
               facts.rights.reset();
               facts.refused.reset();
             },
             {"error kube-unreachable | API server | it failed | a server that answers and takes our credentials | "
              "kubectl get --raw /version  # with the same kubeconfig",
              kNoNamespace, kNoRights, kNoPods}},
        Case{
            "NoKubeconfig",
            [](KubernetesFacts& facts) {
              Unreached(facts, {ErrorKind::kInvalid, "file-missing", "/etc/kube", "there is no such file", ""});
            },
            {"error file-missing | kubeconfig /etc/kube | there is no such file | a kubeconfig that can be read, with "
             "the files that it names | environments: {production: {kubernetes: {kubeconfig: /etc/kube}}}  # settings; "
             "name one that can be read",
             kNoNamespace, kNoRights, kNoPods}},
        Case{"BrokenKubeconfig",
             [](KubernetesFacts& facts) {
               Unreached(facts,
                         {ErrorKind::kInvalid, "kubeconfig-invalid", "/etc/kube:3:1", "no context \"x\"", "it has y"});
             },
             {"error kubeconfig-invalid | kubeconfig /etc/kube | /etc/kube:3:1: no context \"x\" | a kubeconfig that "
              "can "
              "be read, with the files that it names | it has y; environments: {production: {kubernetes: {kubeconfig: "
              "/etc/kube}}}  # settings; name one that can be read",
              kNoNamespace, kNoRights, kNoPods}},
        Case{
            "NoAccountOfAPod",
            [](KubernetesFacts& facts) {
              Unreached(facts, Failure("file-missing"));
              facts.kubeconfig.clear();
            },
            {"error file-missing | the pod's account | it failed | an account of a cluster, or a kubeconfig | "
             "environments: {production: {kubernetes: {kubeconfig: /etc/dagitops/kubeconfig}}}  # settings, outside of "
             "a cluster",
             kNoNamespace, kNoRights, kNoPods}},
        Case{"ItsHintIsTheLine",
             [](KubernetesFacts& facts) { facts.version = Failure("kube-unauthorized", "renew the token"); },
             {"error kube-unauthorized | API server | it failed | a server that answers and takes our credentials | "
              "renew the token"}},
        Case{"OldServer",
             [](KubernetesFacts& facts) { facts.version = std::string("v1.24.17"); },
             {"error kubernetes-too-old | API server | Kubernetes v1.24.17 | 1.25 or newer | upgrade the cluster"}},
        Case{"NoNamespace",
             [](KubernetesFacts& facts) { facts.state = NamespaceFacts{}; },
             {"error namespace-missing | namespace dagster | it is not there | a namespace | kubectl create namespace "
              "dagster"}},
        Case{"EndingNamespace",
             [](KubernetesFacts& facts) {
               facts.state = NamespaceFacts{true, true};
             },
             {"error namespace-ending | namespace dagster | it is being deleted | a namespace that stays | "
              "kubectl create namespace dagster  # once it is gone"}},
        Case{"Rights",
             [](KubernetesFacts& facts) {
               for (RightAnswer& answer : **facts.rights) answer.allowed = false;
               (**facts.rights).push_back({{"apps", "deployments", "get", "", "dry runs", Right::Use::kUsed}, false});
               (**facts.rights).push_back({{"apps", "deployments", "watch", "", "rollouts", Right::Use::kUsed}, false});
               (**facts.rights)
                   .push_back(
                       {{"coordination.k8s.io", "leases", "get", "ours", "one at a time", Right::Use::kUsed}, false});
             },
             {"error right-missing | pods in namespace dagster | we may not list them | needed: pods are followed | "
              "- {apiGroups: [\"\"], resources: [pods], verbs: [list]}  # a rule of the Role",
              "error right-missing | deployments.apps in namespace dagster | we may not patch, get, watch them | "
              "needed: dry runs; rollouts | "
              "- {apiGroups: [apps], resources: [deployments], verbs: [patch, get, watch]}  # a rule of the Role",
              "error right-missing | leases.coordination.k8s.io ours in namespace dagster | we may not get them | "
              "needed: one at a time | - {apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get], "
              "resourceNames: [ours]}  # a rule of the Role",
              "warning right-to-give-missing | jobs.batch in namespace dagster | we may not create them | needed: runs "
              "| "
              "- {apiGroups: [batch], resources: [jobs], verbs: [create]}  # a rule of the Role"}},
        Case{"PodSecurity",
             [](KubernetesFacts& facts) { Refuse(facts, "violates PodSecurity \"restricted\""); },
             {"error pods-refused | pods in namespace dagster | refused for sales, prices: violates PodSecurity "
              "\"restricted\" | "
              "pods that quota and admission policy let in | "
              "podSecurityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}  # "
              "environments/production/defaults.yaml; securityContext: {allowPrivilegeEscalation: false, capabilities: "
              "{drop: "
              "[ALL]}}  # environments/production/defaults.yaml"}},
        Case{"QuotaWithoutResources",
             [](KubernetesFacts& facts) { Refuse(facts, "failed quota: must specify limits.cpu"); },
             {"error pods-refused | pods in namespace dagster | refused for sales, prices: failed quota: must specify "
              "limits.cpu | "
              "pods that quota and admission policy let in | resources: {requests: {cpu: 100m, memory: 256Mi}, limits: "
              "{cpu: "
              "\"1\", memory: 1Gi}}  # environments/production/defaults.yaml"}},
        Case{"FullQuota",
             [](KubernetesFacts& facts) { Refuse(facts, "exceeded quota: small"); },
             {"error pods-refused | pods in namespace dagster | refused for sales, prices: exceeded quota: small | "
              "pods that quota and admission policy let in | kubectl --namespace dagster describe resourcequota"}},
        Case{"OpenPolicy",
             [](KubernetesFacts& facts) {
               (**facts.workspace).allowed.clear();
               (**facts.composed).repositories = {"ghcr.io/a/x", "ghcr.io/a/y", "quay.io/b/z"};
             },
             {"warning policy-no-registries | dagitops.yaml | images of any registry may run: who can merge can run "
              "anything "
              "here | the registries that code comes from | policy: {registries: [ghcr.io/a, quay.io/b]}  # "
              "dagitops.yaml"}},
        Case{"UnreadableRepository",
             [](KubernetesFacts& facts) {
               facts.workspace.reset();
               facts.composed.reset();
             },
             {"skipped locations | environment production | the repository could not be read"}},
        Case{"UnknownEnvironment",
             [](KubernetesFacts& facts) { facts.composed = Failure("environment-unknown", "line"); },
             {"error environment-unknown | environment production | it failed | an environment that dagitops.yaml "
              "names | line"}},
        Case{"UnusableEnvironment",
             [](KubernetesFacts& facts) { (**facts.composed).usable = false; },
             {"error environment-invalid | environment production | its defaults have faults, so nothing of it is "
              "applied | "
              "files without faults | dagitops lint --env production"}},
        Case{"InvalidLocations",
             [](KubernetesFacts& facts) {
               (**facts.composed).invalid = {"a", "b"};
             },
             {"warning locations-invalid | environment production | held for their faults: a, b | files without faults "
              "| "
              "dagitops lint --env production"}}),
    support::CaseName{});

}  // namespace
}  // namespace dagitops::doctor
