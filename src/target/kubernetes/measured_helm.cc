#include "dagitops/target/kubernetes/measured_helm.h"

namespace dagitops::kubernetes {

Result<CommandResult> MeasuredHelm::Run(const Command& command) {
  const std::string operation = command.arguments.size() > 1 ? command.arguments[1] : "none";
  const SteadyTime began = parts_.clock.Steady();
  auto done = parts_.inner.Run(command);
  const bool good = done && done->exit_code == 0;
  const char* failed = done && done->timed_out ? "timeout" : "error";
  parts_.metrics.Observe(Metric::kHelmDuration, {environment_, operation}, parts_.clock.Steady() - began);
  parts_.metrics.Count(Metric::kHelm, {environment_, operation, good ? "success" : failed});
  return done;
}

}  // namespace dagitops::kubernetes
