#include "target/kubernetes/rollout.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "support/case_name.h"
#include "support/world.h"

namespace dagitops::kubernetes {
namespace {

using namespace std::chrono_literals;
using support::kNow;

// A deployment of one pod, released ten seconds ago, whose new pod has just been made and does not run yet.
struct Scene {
  DeploymentView deployment;
  std::vector<PodView> pods;
  WallTime since = kNow - 10s;

  Scene() {
    deployment.checksum = "new";
    deployment.generation = deployment.observed_generation = 2;
    deployment.wanted = deployment.total = deployment.updated = 1;
    pods = {Pod("new-pod", "new")};
  }

  static PodView Pod(const std::string& name, const std::string& checksum) {
    PodView pod;
    pod.name = name;
    pod.checksum = checksum;
    pod.created = kNow - 5s;
    return pod;
  }
  static ContainerTrouble Container(const std::string& reason, const std::string& message = "") {
    ContainerTrouble trouble;
    trouble.container = "server";
    trouble.reason = reason;
    trouble.message = message;
    trouble.image = "r/sales:1";
    return trouble;
  }

  // Released then, and its pods made at once.
  void Begun(WallTime when) {
    since = when;
    for (PodView& pod : pods) pod.created = when;
  }
  void Complete() {
    deployment.available = 1;
    pods[0].ready = true;
  }
  PodView& AddOld() {
    pods.push_back(Pod("old-pod", "old"));
    pods.back().ready = true;
    return pods.back();
  }
  // The server's container has ended `restarts` times with this code and waits to be started again.
  void Crash(int exit_code, int restarts, const std::string& signal = "Error") {
    ContainerTrouble trouble = Container("CrashLoopBackOff", "back-off 40s restarting failed container");
    trouble.exit_code = exit_code;
    trouble.signal = signal;
    trouble.restarts = restarts;
    pods[0].containers = {trouble};
  }
  void Trouble(const std::string& reason, const std::string& message = "") {
    pods[0].containers = {Container(reason, message)};
  }

  RolloutVerdict Judge() const {
    std::vector<const PodView*> pointers;
    for (const PodView& pod : pods) pointers.push_back(&pod);
    return JudgeRollout({deployment, pointers, kNow, since, 10min});
  }
};

struct Case {
  const char* name;
  std::function<void(Scene&)> change;
  ServerState state;
  std::string reason;
  std::optional<Duration> look_again = std::nullopt;
};
class Rollout : public testing::TestWithParam<Case> {};

TEST_P(Rollout, IsJudged) {
  Scene scene;
  GetParam().change(scene);
  const RolloutVerdict verdict = scene.Judge();
  EXPECT_EQ(static_cast<int>(verdict.state), static_cast<int>(GetParam().state));
  EXPECT_EQ(verdict.reason, GetParam().reason);
  EXPECT_EQ(verdict.look_again, GetParam().look_again);
}

constexpr auto kStarting = ServerState::kStarting;
constexpr auto kReady = ServerState::kReady;
constexpr auto kFailed = ServerState::kFailed;
constexpr char kLate[] = "failed to sync configmap cache: timed out waiting for the condition";
constexpr Duration kRest = 10min - 10s;  // until the deadline

INSTANTIATE_TEST_SUITE_P(
    Good, Rollout,
    testing::Values(Case{"NotObserved",
                         [](Scene& s) {
                           s.Complete();
                           s.deployment.observed_generation = 1;
                         },
                         kStarting, "Kubernetes has not looked at it yet", kRest},
                    Case{"Complete", [](Scene& s) { s.Complete(); }, kReady, ""},
                    Case{"CompleteLongAfterTheDeadline",
                         [](Scene& s) {
                           s.Complete();
                           s.Begun(kNow - 24h);
                         },
                         kReady, ""},
                    Case{"CompleteWithMorePods",
                         [](Scene& s) {
                           s.deployment.wanted = s.deployment.total = s.deployment.updated = s.deployment.available = 3;
                         },
                         kReady, ""},
                    Case{"OldPodIsLeft",
                         [](Scene& s) {
                           s.Complete();
                           s.AddOld();
                         },
                         kStarting, "its new pod is ready, the old one is ending", kRest},
                    Case{"OldPodIsCounted",
                         [](Scene& s) {
                           s.Complete();
                           s.deployment.total = 2;
                         },
                         kStarting, "its new pod is ready, the old one is ending", kRest},
                    Case{"OldPodIsEnding",
                         [](Scene& s) {
                           s.Complete();
                           s.AddOld().ending = true;
                         },
                         kReady, ""},
                    Case{"OldPodWasEvicted",
                         [](Scene& s) {
                           s.Complete();
                           s.AddOld().over = true;
                         },
                         kReady, ""},
                    Case{"OldPodCrashes",
                         [](Scene& s) {
                           s.AddOld().containers = {Scene::Container("CreateContainerConfigError")};
                           s.pods[1].ready = false;
                         },
                         kStarting, "its pod is not ready yet", kRest},
                    Case{"NotAllUpdated",
                         [](Scene& s) {
                           s.deployment.wanted = 2;
                           s.deployment.available = 2;
                         },
                         kStarting, "its pod is not ready yet", kRest},
                    Case{"NotAvailable", [](Scene&) {}, kStarting, "its pod is not ready yet", kRest},
                    Case{"NoPod", [](Scene& s) { s.pods.clear(); }, kStarting, "its pod is not there yet", kRest},
                    Case{"IsMade", [](Scene& s) { s.Trouble("ContainerCreating"); }, kStarting,
                         "its pod is not ready, ContainerCreating", kRest},
                    Case{"EndedOnce", [](Scene& s) { s.Crash(1, 1); }, kStarting,
                         "its pod is not ready, CrashLoopBackOff: back-off 40s restarting failed container", kRest},
                    Case{"EndsWithoutAnError", [](Scene& s) { s.Crash(0, 7, "Completed"); }, kStarting,
                         "its pod is not ready, CrashLoopBackOff: back-off 40s restarting failed container", kRest},
                    Case{"PullFailsAtFirst", [](Scene& s) { s.Trouble("ErrImagePull", "not found"); }, kStarting,
                         "the image r/sales:1 cannot be pulled: not found", 25s},
                    Case{"Unscheduled", [](Scene& s) { s.pods[0].unscheduled = "0/3 nodes are available"; }, kStarting,
                         "no node takes its pod: 0/3 nodes are available", kRest},
                    Case{"Quota",
                         [](Scene& s) {
                           s.pods.clear();
                           s.deployment.cannot_create = "exceeded quota: small";
                         },
                         kStarting, "its pods cannot be made: exceeded quota: small", kRest},
                    Case{"NewPodIsEnding",
                         [](Scene& s) {
                           s.Crash(1, 5);
                           s.pods[0].ending = true;
                         },
                         kStarting, "its pod is not there yet", kRest},
                    // Evicted after it had been restarted: another one takes its place.
                    Case{"NewPodWasEvicted",
                         [](Scene& s) {
                           s.Crash(137, 2);
                           s.pods[0].over = true;
                         },
                         kStarting, "its pod is not there yet", kRest},
                    // What crashes beside one that is ready is looked at on its own.
                    Case{"ReadyAgainAfterCrashes",
                         [](Scene& s) {
                           s.Crash(1, 9);
                           s.Complete();
                         },
                         kReady, ""},
                    // The API server's clock is ahead of ours.
                    Case{"ReleasedAMomentFromNow", [](Scene& s) { s.since = kNow + 3s; }, kStarting,
                         "its pod is not ready yet", 10min},
                    Case{"PodMadeAMomentFromNow",
                         [](Scene& s) {
                           s.Trouble("ErrImagePull");
                           s.pods[0].created = kNow + 3s;
                         },
                         kStarting, "the image r/sales:1 cannot be pulled", 30s}),
    support::CaseName{});

INSTANTIATE_TEST_SUITE_P(
    Bad, Rollout,
    testing::Values(
        Case{"ScaledToNothing", [](Scene& s) { s.deployment.wanted = 0; }, kFailed,
             "its deployment is scaled to 0 replicas"},
        Case{"EndedTwice", [](Scene& s) { s.Crash(1, 2); }, kFailed, "container server ended with exit code 1 2 times"},
        Case{"EndedOnceAndAgain",
             [](Scene& s) {
               s.Crash(2, 1);
               s.pods[0].containers[0].reason = "Terminated";
             },
             kFailed, "container server ended with exit code 2 2 times"},
        Case{"OutOfMemory", [](Scene& s) { s.Crash(137, 3, "OOMKilled"); }, kFailed,
             "container server ended with exit code 137 (OOMKilled) 3 times"},
        Case{"InitContainer",
             [](Scene& s) {
               s.Crash(1, 2);
               s.pods[0].containers[0].container = "fetch";
               s.pods[0].containers.push_back(Scene::Container("PodInitializing"));
             },
             kFailed, "container fetch ended with exit code 1 2 times"},
        Case{"BesideAContainerThatEndedOnce",
             [](Scene& s) {
               s.Crash(1, 1);
               s.pods[0].containers.push_back(s.pods[0].containers[0]);
               s.pods[0].containers[0].container = "proxy";
               s.pods[0].containers[1].restarts = 5;
             },
             kFailed, "container server ended with exit code 1 5 times"},
        Case{"PullFails",
             [](Scene& s) {
               s.Trouble("ImagePullBackOff", "Back-off");
               s.pods[0].created = kNow - 30s;
             },
             kFailed, "the image r/sales:1 cannot be pulled: Back-off"},
        Case{"NoSecret", [](Scene& s) { s.Trouble("CreateContainerConfigError", "secret \"db\" not found"); }, kFailed,
             "container server cannot be made, CreateContainerConfigError: secret \"db\" not found"},
        Case{"TheKubeletDoesNotHaveTheConfigMapYet", [](Scene& s) { s.Trouble("CreateContainerConfigError", kLate); },
             kStarting, std::string("container server cannot be made, CreateContainerConfigError: ") + kLate, 25s},
        Case{"TheKubeletNeverHasTheConfigMap",
             [](Scene& s) {
               s.Trouble("CreateContainerConfigError", kLate);
               s.pods[0].created = kNow - 30s;
             },
             kFailed, std::string("container server cannot be made, CreateContainerConfigError: ") + kLate},
        Case{"NoSuchName", [](Scene& s) { s.Trouble("InvalidImageName"); }, kFailed,
             "container server cannot be made, InvalidImageName"},
        Case{"NeverPull", [](Scene& s) { s.Trouble("ErrImageNeverPull"); }, kFailed,
             "container server cannot be made, ErrImageNeverPull"},
        Case{"NoProgram", [](Scene& s) { s.Trouble("RunContainerError"); }, kFailed,
             "container server cannot be made, RunContainerError"},
        Case{"BesideTheOldOneThatServes",
             [](Scene& s) {
               s.AddOld();
               s.deployment.total = 2;
               s.Crash(1, 2);
             },
             kFailed, "container server ended with exit code 1 2 times"},
        Case{"MadeAnewSinceItsNodeWent", [](Scene& s) { s.since = kNow - 24h; }, kStarting, "its pod is not ready yet",
             595s},
        Case{"NeverReady", [](Scene& s) { s.Begun(kNow - 10min); }, kFailed,
             "its pod is not ready yet, after 10m, the limit"},
        Case{"NeverScheduled",
             [](Scene& s) {
               s.pods[0].unscheduled = "0/3 nodes are available";
               s.Begun(kNow - 11min);
             },
             kFailed, "no node takes its pod: 0/3 nodes are available, after 10m, the limit"},
        Case{"QuotaToTheEnd",
             [](Scene& s) {
               s.pods.clear();
               s.deployment.cannot_create = "exceeded quota";
               s.Begun(kNow - 10min);
             },
             kFailed, "its pods cannot be made: exceeded quota, after 10m, the limit"},
        Case{"Secrets", [](Scene& s) { s.Trouble("CreateContainerError", "pull https://bot:hunter2@r/x\nfailed"); },
             kFailed, "container server cannot be made, CreateContainerError: \"pull https://r/x\\nfailed\""}),
    support::CaseName{});

TEST(RolloutLog, IsWantedOfTheContainerThatEnded) {
  Scene scene;
  scene.Crash(1, 2);
  EXPECT_EQ(scene.Judge().log, (LogWanted{"new-pod", "server", 2}));
  scene.Crash(1, 1);
  scene.pods[0].containers[0].reason = "Terminated";
  EXPECT_EQ(scene.Judge().log, (LogWanted{"new-pod", "server", 2})) << "the end that was not followed by a restart yet";
}

TEST(RolloutLog, IsNotWantedWhereThereIsNone) {
  Scene scene;
  scene.Trouble("CreateContainerConfigError");
  EXPECT_EQ(scene.Judge().log, std::nullopt);
  scene.Crash(1, 1);
  EXPECT_EQ(scene.Judge().log, std::nullopt);
}

TEST(RolloutReason, IsCut) {
  Scene scene;
  scene.Trouble("CreateContainerError", std::string(5000, 'x'));
  EXPECT_LT(scene.Judge().reason.size(), 500U);
}

}  // namespace
}  // namespace dagitops::kubernetes
