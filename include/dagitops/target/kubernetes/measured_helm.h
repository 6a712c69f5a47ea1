#pragma once

#include <string>
#include <utility>

#include "dagitops/base/clock.h"
#include "dagitops/base/metrics.h"
#include "dagitops/process/command_runner.h"

namespace dagitops::kubernetes {

// Runs helm and counts how that goes. Safe to call from any thread when its parts are, which outlive it.
class MeasuredHelm final : public CommandRunner {
 public:
  struct Parts {
    CommandRunner& inner;
    Metrics& metrics;
    const Clock& clock;
  };
  MeasuredHelm(std::string environment, const Parts& parts) : environment_(std::move(environment)), parts_(parts) {}
  Result<CommandResult> Run(const Command& command) override;

 private:
  std::string environment_;
  Parts parts_;
};

}  // namespace dagitops::kubernetes
