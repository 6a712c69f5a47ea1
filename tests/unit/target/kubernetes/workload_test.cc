#include "target/kubernetes/workload.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/case_name.h"

namespace dagitops::kubernetes {
namespace {

// A Deployment of the chart (1.12.19) as the API server of Kubernetes 1.34 gives it.
constexpr char kDeployment[] = R"({
  "apiVersion": "apps/v1", "kind": "Deployment",
  "metadata": {
    "name": "sales-dagster-user-deployments-sales", "namespace": "dagster", "uid": "6f1d9a4e-7a3c-4a53-9d29-9f4f3d1c6f10",
    "resourceVersion": "48213", "generation": 4, "creationTimestamp": "2026-11-28T10:00:00Z",
    "labels": {"helm.sh/chart": "dagster-user-deployments-1.12.19", "app.kubernetes.io/name": "dagster-user-deployments",
               "app.kubernetes.io/instance": "sales", "app.kubernetes.io/managed-by": "Helm",
               "component": "user-deployments", "deployment": "sales"},
    "annotations": {"deployment.kubernetes.io/revision": "3", "meta.helm.sh/release-name": "sales"},
    "managedFields": [{"manager": "helm", "operation": "Update", "apiVersion": "apps/v1", "fieldsType": "FieldsV1",
      "fieldsV1": {"f:spec": {"f:template": {"f:spec": {"f:containers": {"k:{\"name\":\"dagster-user-deployments\"}":
        {"f:env": {"k:{\"name\":\"A\"}": {".": {}, "f:valueFrom": {"f:secretKeyRef": {}}}}}}}}}}}]
  },
  "spec": {
    "replicas": 2, "revisionHistoryLimit": 10, "progressDeadlineSeconds": 600,
    "selector": {"matchLabels": {"deployment": "sales"}},
    "template": {
      "metadata": {"labels": {"deployment": "sales"},
                   "annotations": {"checksum/dagster-user-deployment": "0a1b2c"}},
      "spec": {"containers": [
        {"name": "dagster-user-deployments", "image": "registry.example.com/sales:1",
         "ports": [{"name": "grpc", "containerPort": 4000, "protocol": "TCP"}]},
        {"name": "proxy", "ports": [{"containerPort": 9000}]}]}
    },
    "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%", "maxSurge": "25%"}}
  },
  "status": {
    "observedGeneration": 3, "replicas": 3, "updatedReplicas": 2, "readyReplicas": 2, "availableReplicas": 1,
    "unavailableReplicas": 1, "terminatingReplicas": 1,
    "conditions": [
      {"type": "Available", "status": "True", "reason": "MinimumReplicasAvailable", "message": "it has them"},
      {"type": "Progressing", "status": "True", "reason": "ReplicaSetUpdated", "message": "it goes on"}]
  }
})";

TEST(ReadDeployment, TakesWhatCounts) {
  const DeploymentView view = ReadDeployment("sales-dagster-user-deployments-sales", kDeployment);
  EXPECT_EQ(view.name, "sales-dagster-user-deployments-sales");
  EXPECT_EQ(view.location, "sales");
  EXPECT_EQ(view.release, "sales");
  EXPECT_EQ(view.checksum, "0a1b2c");
  EXPECT_EQ(view.port, 4000) << "of the code server, which is the first";
  EXPECT_EQ(view.generation, 4);
  EXPECT_EQ(view.observed_generation, 3);
  EXPECT_EQ(view.wanted, 2);
  EXPECT_EQ(view.total, 3);
  EXPECT_EQ(view.updated, 2);
  EXPECT_EQ(view.available, 1);
  EXPECT_EQ(view.cannot_create, "");
}

TEST(ReadDeployment, OfANewOneHasOnePodToMakeAndNothingYet) {
  const DeploymentView view = ReadDeployment("n", R"({"metadata": {"generation": 1}, "spec": {}, "status": {}})");
  EXPECT_EQ(view.wanted, 1) << "the API's default";
  EXPECT_EQ(view.observed_generation, 0);
  EXPECT_EQ(view.total, 0);
}

TEST(ReadDeployment, KeepsThatItIsScaledToNothing) {
  EXPECT_EQ(ReadDeployment("n", R"({"spec": {"replicas": 0}})").wanted, 0);
}

struct FailureCase {
  const char* name;
  const char* status;
  const char* told;
};
class ReplicaFailure : public testing::TestWithParam<FailureCase> {};

TEST_P(ReplicaFailure, IsToldWhileItIsTrue) {
  const std::string json = std::string(R"({"status": {"conditions": [{"type": "Available", "status": "True"},
      {"type": "ReplicaFailure", "status": ")") +
                           GetParam().status + R"(", "reason": "FailedCreate", "message": "exceeded quota: small"}]}})";
  EXPECT_EQ(ReadDeployment("n", json).cannot_create, GetParam().told);
}

INSTANTIATE_TEST_SUITE_P(Conditions, ReplicaFailure,
                         testing::Values(FailureCase{"True", "True", "exceeded quota: small"},
                                         FailureCase{"False", "False", ""}, FailureCase{"Unknown", "Unknown", ""}),
                         support::CaseName{});

// A Pod in the shape of Kubernetes 1.34, with these statuses of its containers and these conditions.
std::string Pod(const std::string& status) {
  return R"({"apiVersion": "v1", "kind": "Pod",
    "metadata": {"name": "sales-7c9d-x1", "namespace": "dagster", "generateName": "sales-7c9d-",
      "creationTimestamp": "2026-11-28T10:00:05Z",
      "labels": {"app.kubernetes.io/instance": "sales", "component": "user-deployments", "deployment": "sales",
                 "pod-template-hash": "7c9d"},
      "annotations": {"checksum/dagster-user-deployment": "0a1b2c", "dagitops.dev/workspace": "feed"},
      "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "sales-7c9d", "controller": true}]},
    "spec": {"initContainers": [{"name": "fetch", "ports": [{"containerPort": 1}]}],
      "containers": [{"name": "dagster-user-deployments", "ports": [{"name": "grpc", "containerPort": 4000}]}],
      "restartPolicy": "Always", "nodeName": "node-1"},
    "status": )" +
         status + "}";
}

TEST(ReadPod, TakesWhatCountsOfOneThatIsReady) {
  const PodView view =
      ReadPod("sales-7c9d-x1", Pod(R"({"phase": "Running", "podIP": "10.1.2.3", "qosClass": "Burstable",
    "conditions": [{"type": "PodReadyToStartContainers", "status": "True"}, {"type": "PodScheduled", "status": "True"},
                   {"type": "ContainersReady", "status": "True"}, {"type": "Ready", "status": "True"}],
    "initContainerStatuses": [{"name": "fetch", "restartCount": 0, "ready": true, "image": "fetch:1",
       "state": {"terminated": {"exitCode": 0, "reason": "Completed", "startedAt": "2026-11-28T10:00:06Z"}},
       "lastState": {}}],
    "containerStatuses": [{"name": "dagster-user-deployments", "restartCount": 1, "ready": true, "started": true,
       "image": "registry.example.com/sales:1", "state": {"running": {"startedAt": "2026-11-28T10:00:09Z"}},
       "lastState": {"terminated": {"exitCode": 1, "reason": "Error"}}}]})"));
  EXPECT_EQ(view.name, "sales-7c9d-x1");
  EXPECT_EQ(view.location, "sales");
  EXPECT_EQ(view.release, "sales");
  EXPECT_EQ(view.checksum, "0a1b2c");
  EXPECT_EQ(view.seen_workspace, "feed");
  EXPECT_EQ(view.ip, "10.1.2.3");
  EXPECT_EQ(view.port, 4000) << "init containers serve nobody";
  EXPECT_EQ(FormatTime(view.created), "2026-11-28T10:00:05Z");
  EXPECT_TRUE(view.ready);
  EXPECT_FALSE(view.ending);
  EXPECT_FALSE(view.over);
  EXPECT_EQ(view.unscheduled, "");
  ASSERT_EQ(view.containers.size(), 2U);
  EXPECT_EQ(view.containers[0].container, "fetch");
  EXPECT_EQ(view.containers[0].reason, "") << "an init container has to end";
  EXPECT_EQ(view.containers[0].exit_code, 0);
  EXPECT_EQ(view.containers[1].reason, "");
  EXPECT_EQ(view.containers[1].exit_code, 1) << "of its last end";
  EXPECT_EQ(view.containers[1].restarts, 1);
}

TEST(ReadPod, KnowsThatItIsOnItsWayOut) {
  EXPECT_TRUE(ReadPod("p", R"({"metadata": {"deletionTimestamp": "2026-11-28T10:00:05Z"}})").ending);
  EXPECT_FALSE(ReadPod("p", R"({"metadata": {"deletionTimestamp": null}})").ending);
}

TEST(ReadPod, KnowsThatNoNodeTakesIt) {
  EXPECT_EQ(ReadPod("p", Pod(R"({"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False",
    "reason": "Unschedulable", "message": "0/3 nodes are available: 3 Insufficient cpu."}]})"))
                .unscheduled,
            "0/3 nodes are available: 3 Insufficient cpu.");
}

struct PhaseCase {
  const char* name;
  const char* phase;
  bool over;
};
class Phase : public testing::TestWithParam<PhaseCase> {};

TEST_P(Phase, SaysWhetherAnybodyRestartsIt) {
  EXPECT_EQ(ReadPod("p", std::string(R"({"status": {"phase": ")") + GetParam().phase + R"("}})").over, GetParam().over);
}

INSTANTIATE_TEST_SUITE_P(All, Phase,
                         testing::Values(PhaseCase{"Pending", "Pending", false}, PhaseCase{"Running", "Running", false},
                                         PhaseCase{"Succeeded", "Succeeded", true}, PhaseCase{"Failed", "Failed", true},
                                         PhaseCase{"Unknown", "Unknown", false}),
                         support::CaseName{});

struct ContainerCase {
  const char* name;
  const char* state;  // and lastState
  const char* reason;
  const char* message;
  int exit_code;
  const char* signal;
};
class Container : public testing::TestWithParam<ContainerCase> {};

TEST_P(Container, TellsWhyItDoesNotRun) {
  const ContainerCase& the = GetParam();
  const std::string status =
      R"({"containerStatuses": [{"name": "c", "restartCount": 3, "image": "i:1", )" + std::string(the.state) + "}]}";
  const PodView view = ReadPod("p", Pod(status));
  ASSERT_EQ(view.containers.size(), 1U);
  const ContainerTrouble& told = view.containers[0];
  EXPECT_EQ(told.container, "c");
  EXPECT_EQ(told.image, "i:1");
  EXPECT_EQ(told.restarts, 3);
  EXPECT_EQ(told.reason, the.reason);
  EXPECT_EQ(told.message, the.message);
  EXPECT_EQ(told.exit_code, the.exit_code);
  EXPECT_EQ(told.signal, the.signal);
}

INSTANTIATE_TEST_SUITE_P(
    States, Container,
    testing::Values(ContainerCase{"Runs", R"("state": {"running": {}}, "lastState": {})", "", "", 0, ""},
                    ContainerCase{"IsMade", R"("state": {"waiting": {"reason": "ContainerCreating"}})",
                                  "ContainerCreating", "", 0, ""},
                    ContainerCase{
                        "CannotBePulled",
                        R"("state": {"waiting": {"reason": "ImagePullBackOff", "message": "Back-off pulling image"}})",
                        "ImagePullBackOff", "Back-off pulling image", 0, ""},
                    ContainerCase{"WaitsAfterAnEnd",
                                  R"("state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 40s"}},
                         "lastState": {"terminated": {"exitCode": 1, "reason": "Error"}})",
                                  "CrashLoopBackOff", "back-off 40s", 1, "Error"},
                    ContainerCase{"HasEnded",
                                  R"("state": {"terminated": {"exitCode": 137, "reason": "OOMKilled"}},
                         "lastState": {"terminated": {"exitCode": 1, "reason": "Error"}})",
                                  "Terminated", "", 137, "OOMKilled"},
                    ContainerCase{"HasEndedWell", R"("state": {"terminated": {"exitCode": 0, "reason": "Completed"}})",
                                  "", "", 0, "Completed"},
                    ContainerCase{"SaysNothing", R"("ready": false)", "", "", 0, ""}),
    support::CaseName{});

struct GarbageCase {
  const char* name;
  const char* json;
};
class Garbage : public testing::TestWithParam<GarbageCase> {};

TEST_P(Garbage, ReadsAsNothing) {
  EXPECT_EQ(ReadDeployment("n", GetParam().json).name, "n");
  EXPECT_EQ(ReadDeployment("n", GetParam().json).location, "");
  EXPECT_EQ(ReadPod("p", GetParam().json).name, "p");
  EXPECT_FALSE(ReadPod("p", GetParam().json).ready);
}

INSTANTIATE_TEST_SUITE_P(Texts, Garbage,
                         testing::Values(GarbageCase{"Empty", ""}, GarbageCase{"NoJson", "{"},
                                         GarbageCase{"List", "[1]"}, GarbageCase{"Null", "null"},
                                         GarbageCase{"OtherKinds", R"({"metadata": [], "spec": 3, "status": "x"})"},
                                         GarbageCase{"OtherKindsBelow",
                                                     R"({"metadata": {"labels": 1, "annotations": []},
                      "spec": {"replicas": "2", "containers": [1, {"ports": {}}]},
                      "status": {"conditions": {}, "containerStatuses": [7, {"state": []}]}})"},
                                         GarbageCase{"NoUtf8", "{\"metadata\": {\"name\": \"\xff\"}}"}),
                         support::CaseName{});

}  // namespace
}  // namespace dagitops::kubernetes
