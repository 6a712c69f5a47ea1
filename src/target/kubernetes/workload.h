#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dagitops/base/clock.h"

namespace dagitops::kubernetes {

// What counts of a Deployment (apps/v1) of the chart. It finds its location by the labels that charts 1.10.5
// and 1.12.19 give it: `deployment` (the entry's name) and app.kubernetes.io/instance (the release).
struct DeploymentView {
  std::string name;
  std::string uid;
  std::string location;
  std::string release;
  std::string checksum;  // of its pod template: annotation checksum/dagster-user-deployment, the hash of the entry
  int port = 0;          // of the code server
  long long generation = 0;
  long long observed_generation = 0;
  long long wanted = 0;  // replicas
  long long total = 0;
  long long updated = 0;
  long long available = 0;
  std::string cannot_create;  // why no pods are made (quota, admission); empty: they are
};
DeploymentView ReadDeployment(const std::string& name, std::string_view json);

// A container that does not run, and what the kubelet says about it.
struct ContainerTrouble {
  std::string container;
  std::string reason;  // "CrashLoopBackOff", "ImagePullBackOff", "CreateContainerConfigError", …; "" while it runs
  std::string message;
  std::string image;
  int exit_code = 0;   // of its last end
  std::string signal;  // "OOMKilled" or the like: the reason of its last end
  int restarts = 0;
};

// What counts of a Pod (v1).
struct PodView {
  std::string name;
  std::string location;
  std::string release;
  std::string checks;    // the location whose code it loads once; empty: it is no such pod
  std::string checksum;  // as in DeploymentView
  std::string ip;
  int port = 0;  // the first that its first container names
  WallTime created{};
  bool ready = false;
  bool ending = false;  // on its way out
  bool over = false;    // Succeeded or Failed: nobody restarts it
  bool succeeded = false;
  std::string unscheduled;                   // why no node takes it; empty: one does
  std::vector<ContainerTrouble> containers;  // init containers first
  bool read_only = false;                    // a webserver of the chart that takes no mutations
  std::string deployment;                    // that it belongs to; empty: none
  std::string seen_workspace;                // our annotation: the digest of the workspace.yaml it was told of
};
PodView ReadPod(const std::string& name, std::string_view json);

}  // namespace dagitops::kubernetes
