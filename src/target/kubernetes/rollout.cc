#include "target/kubernetes/rollout.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>

#include "dagitops/base/duration.h"
#include "dagitops/base/secret.h"
#include "dagitops/base/text.h"

namespace dagitops::kubernetes {
namespace {

constexpr Duration kPullPatience = std::chrono::seconds(30);
constexpr int kFatalExits = 2;
constexpr std::size_t kLongestMessage = 300;

// pkg/kubelet/images/types.go and pkg/kubelet/kuberuntime of Kubernetes 1.34.
constexpr std::array<std::string_view, 4> kPullReasons{"ErrImagePull", "ImagePullBackOff", "RegistryUnavailable",
                                                       "ImageInspectError"};
constexpr std::array<std::string_view, 5> kConfigReasons{"CreateContainerConfigError", "CreateContainerError",
                                                         "InvalidImageName", "ErrImageNeverPull", "RunContainerError"};

bool IsOneOf(const auto& list, const std::string& word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::string Told(const std::string& message) { return Shorten(OnOneLine(Redact(message)), kLongestMessage); }

std::string With(std::string text, const std::string& message) {
  return message.empty() ? text : std::move(text) + ": " + Told(message);
}

RolloutVerdict Failed(std::string reason) { return {ServerState::kFailed, std::move(reason), {}, {}}; }
RolloutVerdict Starting(std::string reason, std::optional<Duration> look_again) {
  return {ServerState::kStarting, std::move(reason), {}, look_again};
}

class Judge {
 public:
  explicit Judge(const RolloutQuestion& question) : question_(question), deployment_(question.deployment) {}

  RolloutVerdict Run() const {
    if (deployment_.observed_generation < deployment_.generation) return Waiting("Kubernetes has not looked at it yet");
    if (deployment_.wanted == 0) return Failed("its deployment is scaled to 0 replicas");
    if (IsComplete()) return {ServerState::kReady, "", {}, {}};
    for (const PodView* pod : question_.pods) {
      if (!IsNew(*pod) || pod->ready) continue;
      if (auto verdict = JudgePod(*pod)) return *std::move(verdict);
    }
    return Waiting(Progress());
  }

 private:
  bool IsNew(const PodView& pod) const { return !pod.ending && pod.checksum == deployment_.checksum; }

  bool IsComplete() const {
    const bool pods = std::all_of(question_.pods.begin(), question_.pods.end(),
                                  [&](const PodView* pod) { return pod->ending || pod->over || IsNew(*pod); });
    return pods && deployment_.updated >= deployment_.wanted && deployment_.total == deployment_.updated &&
           deployment_.available >= deployment_.wanted;
  }

  std::optional<RolloutVerdict> JudgePod(const PodView& pod) const {
    for (const ContainerTrouble& trouble : pod.containers) {
      if (IsOneOf(kConfigReasons, trouble.reason))
        return Failed(With("container " + trouble.container + " cannot be made, " + trouble.reason, trouble.message));
      if (IsOneOf(kPullReasons, trouble.reason)) return JudgePull(pod, trouble);
      if (trouble.exit_code != 0 && Exits(trouble) >= kFatalExits) return Ended(pod, trouble);
    }
    return std::nullopt;
  }

  // An end that is not followed by a restart yet counts too.
  static int Exits(const ContainerTrouble& trouble) {
    return trouble.restarts + (trouble.reason == "Terminated" ? 1 : 0);
  }

  RolloutVerdict JudgePull(const PodView& pod, const ContainerTrouble& trouble) const {
    const std::string reason = With("the image " + trouble.image + " cannot be pulled", trouble.message);
    const Duration left = TimeUntil(pod.created + kPullPatience, question_.now, kPullPatience);
    return left > Duration(0) ? Starting(reason, left) : Failed(reason);
  }

  static RolloutVerdict Ended(const PodView& pod, const ContainerTrouble& trouble) {
    std::string reason = "container " + trouble.container + " ended with exit code " +
                         std::to_string(trouble.exit_code);
    if (!trouble.signal.empty() && trouble.signal != "Error") reason += " (" + trouble.signal + ")";
    reason += " " + std::to_string(Exits(trouble)) + " times";
    RolloutVerdict verdict = Failed(std::move(reason));
    verdict.log = LogWanted{pod.name, trouble.container, Exits(trouble)};
    return verdict;
  }

  std::string Progress() const {
    if (!deployment_.cannot_create.empty()) return With("its pods cannot be made", deployment_.cannot_create);
    for (const PodView* pod : question_.pods) {
      if (IsNew(*pod) && !pod->unscheduled.empty()) return With("no node takes its pod", pod->unscheduled);
    }
    if (deployment_.available >= deployment_.wanted && deployment_.total > deployment_.updated)
      return "its new pod is ready, the old one is ending";
    for (const PodView* pod : question_.pods) {
      if (!IsNew(*pod)) continue;
      for (const ContainerTrouble& trouble : pod->containers) {
        if (!trouble.reason.empty()) return With("its pod is not ready, " + trouble.reason, trouble.message);
      }
      return "its pod is not ready yet";
    }
    return "its pod is not there yet";
  }

  RolloutVerdict Waiting(std::string reason) const {
    const Duration left = TimeUntil(question_.since + question_.deadline, question_.now, question_.deadline);
    if (left > Duration(0)) return Starting(std::move(reason), left);
    return Failed(std::move(reason) + ", after " + FormatDuration(question_.deadline) + ", the limit");
  }

  const RolloutQuestion& question_;
  const DeploymentView& deployment_;
};

}  // namespace

RolloutVerdict JudgeRollout(const RolloutQuestion& question) { return Judge(question).Run(); }

}  // namespace dagitops::kubernetes
