#pragma once

#include <semaphore>
#include <string>

#include "dagitops/base/result.h"
#include "dagitops/process/command_runner.h"

namespace dagitops::kubernetes {

// Calls helm, a few at once. Safe to call from any thread.
class HelmRunner {
 public:
  HelmRunner(CommandRunner& commands, int parallel) : commands_(commands), free_(parallel) {}

  // What a helm that ended well said; HelmError of any other. kStalled where there is no helm to be called.
  Result<CommandResult> Run(const Command& command, const std::string& release);

 private:
  CommandRunner& commands_;
  std::counting_semaphore<> free_;  // that may be started
};

}  // namespace dagitops::kubernetes
