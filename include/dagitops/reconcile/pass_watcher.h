#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dagitops/base/clock.h"
#include "dagitops/base/error.h"
#include "dagitops/model/status.h"

namespace dagitops::reconcile {

// What became of a pass.
struct PassEnd {
  Duration taken{};
  std::optional<Error> unobserved;  // why the target could not be observed; nullopt: it could
  bool failed = false;              // something in it did
  const EnvironmentStatus& status;
};

// Is told how the passes of the environments go. It changes nothing about them. Safe to call from any thread.
class PassWatcher {
 public:
  virtual ~PassWatcher() = default;
  virtual void Began(const std::string& environment) = 0;
  virtual void StepDone(const std::string& environment, std::string_view step, Duration taken) = 0;
  virtual void Ended(const std::string& environment, const PassEnd& end) = 0;
  // In the place of a pass: it is not ours to make one.
  virtual void Waiting(const std::string& environment, const std::string& why) = 0;
};

PassWatcher& NobodyWatches();

}  // namespace dagitops::reconcile
