#include "target/kubernetes/helm_runner.h"

#include "target/kubernetes/helm.h"

namespace dagitops::kubernetes {

Result<CommandResult> HelmRunner::Run(const Command& command, const std::string& release) {
  free_.acquire();
  auto result = commands_.Run(command);
  free_.release();
  if (!result) {
    Error error = result.error();
    if (error.kind == ErrorKind::kInvalid) error.kind = ErrorKind::kStalled;  // no helm: nothing a location can mend
    return error;
  }
  if (result->exit_code != 0 || result->timed_out) return HelmError(*result, release);
  return result;
}

Result<CommandResult> HelmRunner::Upgrade(const HelmSettings& settings, HelmRelease release) {
  release.merged_here = !*is_helm3_.lock();
  auto result = Run(UpgradeCommand(settings, release), release.name);
  if (result || !release.merged_here || !IsFlagUnknown(result.error())) return result;
  *is_helm3_.lock() = true;
  release.merged_here = false;
  return Run(UpgradeCommand(settings, release), release.name);
}

}  // namespace dagitops::kubernetes
