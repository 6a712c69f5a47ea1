#include "main/kubernetes_hands.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <csignal>
#include <utility>

#include "dagitops/base/digest.h"
#include "dagitops/base/log.h"
#include "dagitops/target/kubernetes/kubernetes_target.h"

namespace dagitops {
namespace {

constexpr char kNoLease[] = "none";

// A pod's name is its own and stays when its container is started anew. A host may run several of us.
std::string Identity(const EnvironmentOrigin& origin) {
  const auto pod = origin.variables.find("POD_NAME");
  if (pod != origin.variables.end() && !pod->second.empty()) return pod->second;
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  return std::string(host.data()) + "-" + std::to_string(getpid()) + "-" +
         std::to_string(origin.machine.random.Next() % 1'000'000);
}

}  // namespace

// A name of an environment may hold what that of an object may not.
std::string LeaseName(const EnvironmentOrigin& origin, bool in_pod) {
  const std::string& named = origin.environment().kubernetes.lease;
  if (named == kNoLease || (named.empty() && !in_pod)) return "";
  if (!named.empty()) return named;
  std::string name = "dagitops-" + origin.name;
  for (char& letter : name) {
    const auto byte = static_cast<unsigned char>(letter);
    letter = std::isalnum(byte) != 0 ? static_cast<char>(std::tolower(byte)) : '-';
  }
  return name;
}

void EndHelms(Machine& machine, const std::string& folder) {
  for (const MarkedProcess& process : machine.processes.FindByEnvironment(kubernetes::kHelmMark)) {
    if (process.mark != folder || !process.leads_session) continue;
    Log(LogLevel::kWarning, "ending a helm that is not to run", {{"pid", std::to_string(process.identity.pid)}});
    if (auto ended = machine.processes.Signal(process.identity, SIGKILL); !ended)
      Log(LogLevel::kError, "helm not ended", {{"error", ended.error().Text()}});
  }
}

KubernetesHands::KubernetesHands(const EnvironmentOrigin& origin, const Parts& parts)
    : machine_(origin.machine),
      environment_(origin.name),
      helm_folder_(parts.helm_folder),
      writer_(parts.writer),
      helm_(origin.name, {machine_.commands, machine_.metrics, machine_.clock}) {
  const std::string name = LeaseName(origin, parts.in_pod);
  if (name.empty()) return;
  kube::RestApiClient::Options options;
  options.observe = CountRequests(machine_, origin.name);
  lease_api_ = std::make_unique<kube::RestApiClient>(parts.api, options);
  lease_ = std::make_unique<kube::Lease>(
      kube::Lease::Options{origin.environment().kubernetes.name_space, name, Identity(origin), {}},
      kube::Lease::Parts{*lease_api_, machine_.clock, [this](bool ours) { Changed(ours); }});
  fenced_api_ = std::make_unique<kube::FencedApiClient>(writer_, *lease_);
  fenced_helm_ = std::make_unique<kube::FencedCommandRunner>(helm_, *lease_);
  lease_->Start();
}

std::optional<std::string> KubernetesHands::WhyNot() const {
  if (!lease_ || lease_->Ours()) return std::nullopt;
  return lease_->Why();
}

void KubernetesHands::Changed(bool ours) {
  machine_.metrics.Set(Metric::kLeaseHeld, {environment_}, ours ? 1 : 0);
  if (!ours) EndHelms(machine_, helm_folder_);
  if (std::exchange(held_, ours) != ours) machine_.wake(environment_);  // to act, or to tell that somebody else does
}

std::function<void(std::string_view, int)> CountRequests(Machine& machine, const std::string& environment) {
  return [&machine, environment](std::string_view method, int status) {
    machine.metrics.Count(Metric::kKubeRequests, {environment, std::string(method), std::to_string(status)});
  };
}

}  // namespace dagitops
