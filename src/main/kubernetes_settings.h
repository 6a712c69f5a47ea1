#pragma once

#include <string>

#include "dagitops/base/result.h"
#include "dagitops/config/settings.h"
#include "dagitops/kube/cluster_access.h"
#include "dagitops/target/kubernetes/kubernetes_target.h"

#include "main/environment_run.h"

namespace dagitops {

// Where we are known to the cluster from; empty: the pod's own account.
std::string KubeconfigOf(const EnvironmentOrigin& origin);

Result<kube::ClusterAccess> AccessOf(const EnvironmentOrigin& origin, const std::string& kubeconfig);

// What tells one chart from another: name and version, or what the chart itself says of them.
Result<std::string> IdentityOf(const config::ChartSettings& chart);

// The kubernetes target's view of the daemon's settings. `server`: of the access; empty where it is not known.
kubernetes::Options TargetOptions(const EnvironmentOrigin& origin, const std::string& kubeconfig,
                                  const std::string& server);

}  // namespace dagitops
