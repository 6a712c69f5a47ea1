#pragma once

#include <memory>
#include <vector>

#include "dagitops/dagster/dagster_gateway.h"
#include "dagitops/doctor/facts.h"
#include "dagitops/kube/api_client.h"
#include "dagitops/model/code_location.h"
#include "dagitops/process/command_runner.h"
#include "dagitops/target/kubernetes/kubernetes_target.h"
#include "dagitops/target/kubernetes/rights.h"

namespace dagitops::kubernetes {

struct FactSeams {
  kube::ApiClient& api;  // its errors are those of kube/api_client.h
  DagsterGateway& gateway;
};

// What `options` say, without the cluster.
doctor::KubernetesFacts GivenFacts(const Options& options);

// helm and the chart of the code servers. Helm keeps what it takes from a repository in `options.folder`; each of its
// calls ends within a minute.
void GatherHelm(const Options& options, CommandRunner& commands, doctor::KubernetesFacts& facts);

// What the cluster says. Asks and changes nothing: reviews of access, dry runs, lists. What cannot be looked at since
// something before it failed is left out. Each call ends within ten seconds, and there are at most some 150 of them.
// `locations` are those of the environment: the first twenty are tried as pods.
void GatherCluster(const Options& options, const RightsScope& rights, const FactSeams& seams,
                   const std::vector<std::shared_ptr<const CodeLocation>>& locations, doctor::KubernetesFacts& facts);

}  // namespace dagitops::kubernetes
