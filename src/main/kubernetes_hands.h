#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "dagitops/kube/fence.h"
#include "dagitops/kube/lease.h"
#include "dagitops/kube/rest_api_client.h"
#include "dagitops/target/kubernetes/measured_helm.h"

#include "main/environment_run.h"

namespace dagitops {

// The lease that says who may act for this environment; empty: none is used.
std::string LeaseName(const EnvironmentOrigin& origin, bool in_pod);

// Left by a life of ours that was killed, or no longer ours to run. A release that they leave half-way is recovered.
void EndHelms(Machine& machine, const std::string& folder);

// What an environment in a cluster is changed by: the API and helm, counted, and where there is a lease only while it
// is ours.
class KubernetesHands {
 public:
  struct Parts {
    kube::RestApiClient::Parts api;
    kube::ApiClient& writer;  // both outlive this
    bool in_pod = false;
    std::string helm_folder;
  };

  KubernetesHands(const EnvironmentOrigin& origin, const Parts& parts);

  kube::ApiClient& api() { return fenced_api_ ? static_cast<kube::ApiClient&>(*fenced_api_) : writer_; }
  CommandRunner& commands() { return fenced_helm_ ? static_cast<CommandRunner&>(*fenced_helm_) : helm_; }
  std::optional<std::string> WhyNot() const;

 private:
  void Changed(bool ours);

  Machine& machine_;
  std::string environment_;
  std::string helm_folder_;
  bool held_ = false;  // as the lease's thread was told last
  kube::ApiClient& writer_;
  kubernetes::MeasuredHelm helm_;
  std::unique_ptr<kube::RestApiClient> lease_api_;  // goes on while all else is told to stop
  std::unique_ptr<kube::Lease> lease_;
  std::unique_ptr<kube::FencedApiClient> fenced_api_;
  std::unique_ptr<kube::FencedCommandRunner> fenced_helm_;
};

// Counts what is asked of the API server.
std::function<void(std::string_view, int)> CountRequests(Machine& machine, const std::string& environment);

}  // namespace dagitops
