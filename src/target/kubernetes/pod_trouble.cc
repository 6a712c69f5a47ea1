#include "target/kubernetes/pod_trouble.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>

#include "dagitops/base/secret.h"
#include "dagitops/base/text.h"

namespace dagitops::kubernetes {
namespace {

constexpr Duration kPatience = std::chrono::seconds(30);
constexpr std::size_t kLongestMessage = 300;

// pkg/kubelet/images/types.go and pkg/kubelet/kuberuntime of Kubernetes 1.34.
constexpr std::array<std::string_view, 4> kPullReasons{"ErrImagePull", "ImagePullBackOff", "RegistryUnavailable",
                                                       "ImageInspectError"};
constexpr std::array<std::string_view, 5> kConfigReasons{"CreateContainerConfigError", "CreateContainerError",
                                                         "InvalidImageName", "ErrImageNeverPull", "RunContainerError"};
// The kubelet does not have a ConfigMap or Secret yet that was made a moment ago, and tries again (Kubernetes 1.34,
// run: "failed to sync configmap cache: timed out waiting for the condition").
constexpr std::string_view kLateCache = "cache: timed out waiting for the condition";

bool IsOneOf(const auto& list, const std::string& word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::string With(std::string text, const std::string& message) {
  if (message.empty()) return text;
  return std::move(text) + ": " + Shorten(OnOneLine(Redact(message)), kLongestMessage);
}

// What may well go by itself. The API server's clock, which told when the pod was made, may be ahead of ours.
std::optional<Duration> PatienceWith(const PodView& pod, WallTime now) {
  const Duration left = TimeUntil(std::min(pod.created, now) + kPatience, now, kPatience);
  return left > Duration(0) ? std::optional(left) : std::nullopt;
}

std::string Times(int exits) { return exits == 1 ? "" : " " + std::to_string(exits) + " times"; }

}  // namespace

std::optional<PodTrouble> FindTrouble(const PodView& pod, WallTime now) {
  std::optional<PodTrouble> ended;  // of the container that did so most often
  for (const ContainerTrouble& trouble : pod.containers) {
    PodTrouble found;
    found.container = trouble.container;
    if (IsOneOf(kConfigReasons, trouble.reason)) {
      found.reason = With("container " + trouble.container + " cannot be made, " + trouble.reason, trouble.message);
      if (trouble.message.find(kLateCache) != std::string::npos) found.patience = PatienceWith(pod, now);
      return found;
    }
    if (IsOneOf(kPullReasons, trouble.reason)) {
      found.kind = PodTrouble::Kind::kPull;
      found.reason = With("the image " + trouble.image + " cannot be pulled", trouble.message);
      found.patience = PatienceWith(pod, now);
      return found;
    }
    // An end that is not followed by a restart yet counts too.
    found.exits = trouble.restarts + (trouble.reason == "Terminated" ? 1 : 0);
    if (trouble.exit_code == 0 || found.exits == 0) continue;
    found.kind = PodTrouble::Kind::kEnded;
    found.reason = "container " + trouble.container + " ended with exit code " + std::to_string(trouble.exit_code);
    if (!trouble.signal.empty() && trouble.signal != "Error") found.reason += " (" + trouble.signal + ")";
    found.reason += Times(found.exits);
    if (!ended || ended->exits < found.exits) ended = std::move(found);
  }
  return ended;
}

std::optional<PodVerdict> JudgeCheckPod(const PodView& pod, WallTime now) {
  if (pod.succeeded) return PodVerdict{true, "", false};
  const auto trouble = FindTrouble(pod, now);
  const bool ended = trouble && trouble->kind == PodTrouble::Kind::kEnded;
  if (pod.over) return PodVerdict{false, ended ? "its code does not load" : "its check did not end in time", ended};
  if (!trouble || ended || trouble->patience) return std::nullopt;
  return PodVerdict{false, trouble->reason, false};
}

}  // namespace dagitops::kubernetes
