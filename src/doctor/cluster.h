#pragma once

#include <vector>

#include "dagitops/doctor/facts.h"

namespace dagitops::doctor {

using Checks = std::vector<Check>;

// The API server, the namespace, our rights in it, and what it takes in.
void AddCluster(const KubernetesFacts& facts, Checks& checks);

// What `dagitops.yaml` lets run.
void AddPolicy(const KubernetesFacts& facts, Checks& checks);

// helm and the chart of the code servers.
void AddHelm(const KubernetesFacts& facts, Checks& checks);

// Webservers and daemon: that they are there, and read our workspace.yaml.
void AddPods(const KubernetesFacts& facts, Checks& checks);

// Whether serve has its locations proven without a webserver.
inline bool VerifiesReadiness(const KubernetesFacts& facts) {
  return facts.composed && *facts.composed && (**facts.composed).readiness;
}

// What the webservers say: launcher and versions.
void AddVersions(const KubernetesFacts& facts, Checks& checks);

}  // namespace dagitops::doctor
