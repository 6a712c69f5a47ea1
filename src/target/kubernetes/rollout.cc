#include "target/kubernetes/rollout.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "dagitops/base/duration.h"
#include "dagitops/base/secret.h"
#include "dagitops/base/text.h"

#include "target/kubernetes/pod_trouble.h"

namespace dagitops::kubernetes {
namespace {

constexpr int kFatalExits = 2;
constexpr std::size_t kLongestMessage = 300;

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
  // One that is over is none: another takes its place.
  bool IsNew(const PodView& pod) const { return !pod.ending && !pod.over && pod.checksum == deployment_.checksum; }

  bool IsComplete() const {
    const bool pods = std::all_of(question_.pods.begin(), question_.pods.end(),
                                  [&](const PodView* pod) { return pod->ending || pod->over || IsNew(*pod); });
    return pods && deployment_.updated >= deployment_.wanted && deployment_.total == deployment_.updated &&
           deployment_.available >= deployment_.wanted;
  }

  std::optional<RolloutVerdict> JudgePod(const PodView& pod) const {
    const auto trouble = FindTrouble(pod, question_.now);
    if (!trouble) return std::nullopt;
    if (trouble->patience) return Starting(trouble->reason, trouble->patience);
    RolloutVerdict verdict = Failed(trouble->reason);
    if (trouble->kind != PodTrouble::Kind::kEnded) return verdict;
    if (trouble->exits < kFatalExits) return std::nullopt;
    verdict.log = LogWanted{pod.name, trouble->container, trouble->exits};
    return verdict;
  }

  std::string Progress() const {
    if (!deployment_.cannot_create.empty()) return With("its pods cannot be made", deployment_.cannot_create);
    for (const PodView* pod : question_.pods) {
      if (IsNew(*pod) && !pod->unscheduled.empty()) return With("no node takes its pod", pod->unscheduled);
    }
    const bool ready = std::any_of(question_.pods.begin(), question_.pods.end(),
                                   [&](const PodView* pod) { return IsNew(*pod) && pod->ready; });
    if (ready) return "its new pod is ready, the old one is ending";
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
    // The API server's clock, which told `since`, may be ahead of ours.
    const WallTime since = std::min(Begun(), question_.now);
    const Duration left = TimeUntil(since + question_.deadline, question_.now, question_.deadline);
    if (left > Duration(0)) return Starting(std::move(reason), left);
    return Failed(std::move(reason) + ", after " + FormatDuration(question_.deadline) + ", the limit");
  }

  // A pod that was made anew long after the release, since its node went, has the same time as the first one.
  WallTime Begun() const {
    WallTime begun = question_.since;
    for (const PodView* pod : question_.pods) {
      const bool late = pod->created > question_.since + question_.deadline;
      if (IsNew(*pod) && late) begun = std::max(begun, pod->created);
    }
    return begun;
  }

  const RolloutQuestion& question_;
  const DeploymentView& deployment_;
};

}  // namespace

RolloutVerdict JudgeRollout(const RolloutQuestion& question) { return Judge(question).Run(); }

}  // namespace dagitops::kubernetes
