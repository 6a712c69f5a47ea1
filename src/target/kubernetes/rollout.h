#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/model/observed.h"

#include "target/kubernetes/workload.h"

namespace dagitops::kubernetes {

struct RolloutQuestion {
  const DeploymentView& deployment;
  std::vector<const PodView*> pods;  // of this deployment
  WallTime now{};
  WallTime since{};  // when this version was released
  Duration deadline = std::chrono::minutes(10);
};

// Which log tells why a container ended.
struct LogWanted {
  std::string pod;
  std::string container;
  int restarts = 0;

  friend auto operator<=>(const LogWanted&, const LogWanted&) = default;
};

struct RolloutVerdict {
  ServerState state = ServerState::kStarting;
  std::string reason;
  std::optional<LogWanted> log;        // to be added to the reason
  std::optional<Duration> look_again;  // when only time makes it another one
};

// How the rollout of a deployment's newest pod template goes. Ready: its pods are available and no older ones are left.
// Failed at once: a container ended with an error twice, the kubelet cannot make it (a missing Secret or ConfigMap, a
// wrong image name), or its image cannot be pulled for 30 s; everything else (no node, no quota, never ready) at the
// deadline. What was ready and fails later is judged in the same way: Kubernetes goes on trying meanwhile.
RolloutVerdict JudgeRollout(const RolloutQuestion& question);

}  // namespace dagitops::kubernetes
