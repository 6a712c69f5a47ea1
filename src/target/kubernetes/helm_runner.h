#pragma once

#include <semaphore>
#include <string>

#include "dagitops/base/result.h"
#include "dagitops/base/sync.h"
#include "dagitops/process/command_runner.h"

#include "target/kubernetes/helm.h"

namespace dagitops::kubernetes {

// Calls helm, a few at once. Safe to call from any thread.
class HelmRunner {
 public:
  HelmRunner(CommandRunner& commands, int parallel) : commands_(commands), free_(parallel) {}

  // What a helm that ended well said; HelmError of any other. kStalled where there is no helm to be called.
  Result<CommandResult> Run(const Command& command, const std::string& release);

  // Makes or changes a release. Helm 4 lets the server merge, which refuses to put right what others have changed. So
  // it is told to do as Helm 3 does, which knows no other way and no such flag.
  Result<CommandResult> Upgrade(const HelmSettings& settings, HelmRelease release);

 private:
  CommandRunner& commands_;
  Sync<bool> is_helm3_{false};      // it was seen that it is
  std::counting_semaphore<> free_;  // that may be started
};

}  // namespace dagitops::kubernetes
