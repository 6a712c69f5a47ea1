#pragma once

#include <map>
#include <string>
#include <vector>

#include "dagitops/target/kubernetes/kubernetes_target.h"

#include "target/kubernetes/workload.h"

namespace dagitops::kubernetes {

// Where the webservers that are ready can be asked, by their pods' names: each holds a workspace of its own, so each is
// asked itself and not the Service. A pod is reached at its own address from inside the cluster, and through the API
// server from outside.
std::vector<WebserverEndpoint> EndpointsOf(const std::map<std::string, PodView>& pods, const Options& options);

// The Deployment whose pod is asked at this URL; empty: none.
std::string DeploymentBehind(const std::string& url, const std::map<std::string, PodView>& pods,
                             const Options& options);

// A merge patch for a Deployment: new pods for this workspace.yaml, once.
std::string RestartPatch(const std::string& digest);

// A merge patch for a pod's annotation. That it changes makes the kubelet look at the pod's volumes anew, so that the
// ConfigMap arrives at once and not within a minute (measured with Kubernetes 1.34: 0.3 s instead of up to 90 s).
std::string SeenWorkspacePatch(const std::string& digest);

}  // namespace dagitops::kubernetes
