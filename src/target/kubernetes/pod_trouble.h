#pragma once

#include <optional>
#include <string>

#include "dagitops/base/clock.h"

#include "target/kubernetes/workload.h"

namespace dagitops::kubernetes {

// What keeps a pod from running, told for people; the kubelet's own words are redacted and cut.
struct PodTrouble {
  enum class Kind {
    kNever,  // what it is made of has to change: an image's name, a Secret that is not there
    kPull,   // its image cannot be pulled; for 30 s that counts as passing by
    kEnded,  // a container ended with an error
  };
  Kind kind = Kind::kNever;
  std::string reason;
  std::string container;
  int exits = 0;                     // kEnded: how often
  std::optional<Duration> patience;  // until it counts: it may go by itself
};
std::optional<PodTrouble> FindTrouble(const PodView& pod, WallTime now);

// The end of a pod that is to run once.
struct PodVerdict {
  bool good = false;
  std::string reason;
  bool has_log = false;  // which tells more
};
std::optional<PodVerdict> JudgeCheckPod(const PodView& pod, WallTime now);

}  // namespace dagitops::kubernetes
