#include "dagitops/kube/fence.h"

#include <algorithm>

namespace dagitops::kube {
namespace {

Error Lost(const Fence& fence, const std::string& subject) {
  return {ErrorKind::kRetry, "lease-lost", subject, "not done: " + fence.Why(), "it is tried again once it is ours"};
}

}  // namespace

Result<std::string> FencedApiClient::Write(const ApiWrite& write, Duration deadline) {
  if (!fence_.Ours()) return Lost(fence_, write.path);
  return inner_.Write(write, std::min(deadline, fence_.Left()));
}

Status FencedApiClient::Delete(const ApiDelete& removal, Duration deadline) {
  if (!fence_.Ours()) return Lost(fence_, removal.path);
  return inner_.Delete(removal, std::min(deadline, fence_.Left()));
}

Result<CommandResult> FencedCommandRunner::Run(const Command& command) {
  if (!fence_.Ours()) return Lost(fence_, command.arguments.front());
  return inner_.Run(command);
}

}  // namespace dagitops::kube
