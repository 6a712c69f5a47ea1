#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/kube/api_client.h"
#include "dagitops/kube/collection.h"
#include "dagitops/process/command_runner.h"
#include "dagitops/target/target.h"

namespace dagitops::kubernetes {

// A variable of every helm that we start: its value is Options::folder. What carries it and was started by an earlier
// life of ours has to be ended before this one begins, or two would work on one release.
inline constexpr char kHelmMark[] = "DAGITOPS_HELM";

// The chart dagster-user-deployments. Either `path`, or the rest.
struct ChartOptions {
  std::string path;        // folder or archive
  std::string repository;  // "https://…" of a chart repository, or "oci://…" of the chart itself
  std::string name;
  std::string version;
};

struct WebserverAccess {
  std::string selector;  // of the pods; empty: there are none to ask
  std::string daemon_selector;
  std::string url;          // of one webserver, instead of the pods; empty: the pods
  std::string path_prefix;  // "/dagster"; empty: none
  // What stands before "/api/v1/…" to reach a pod by the proxy of the API server; empty: by the pods' own addresses.
  std::string proxy;
};

struct Options {
  std::string environment;
  std::string name_space;
  std::string workspace_config_map;
  std::set<std::string> adopt;  // Helm releases of somebody else's that may be taken over
  ChartOptions chart;
  ChartOptions system_chart;  // of Dagster itself; empty: its release is none of ours
  std::string system_release = "dagster";
  WebserverAccess webservers;
  std::string helm = "helm";
  std::string kubeconfig;  // for helm; empty: the account of our own pod
  std::string context;
  std::string folder;                                        // absolute, ours alone: what helm keeps
  std::map<std::string, std::string> environment_variables;  // ours, for helm
  int parallel = 4;                                          // helm processes at once
  Duration rollout_timeout = std::chrono::minutes(10);
};

// A collection of the API server to be followed.
struct Follow {
  std::string path;
  bool metadata_only = false;  // names, labels and annotations will do
};
using Snapshots = std::function<kube::CollectionSnapshot()>;

// Everything outside. All of it outlives the target.
struct Seams {
  kube::ApiClient& api;
  std::function<Snapshots(const Follow&)> follow;  // begins to follow; for as long as the target lives
  CommandRunner& commands;
  const Clock& clock;
  std::function<void()> wake;  // there is something new to observe; from any thread
};

// Runs one environment in one namespace of a cluster: a Helm release for each location and one for what belongs to
// all, workspace.yaml in a ConfigMap. What is where, and what happens in which order: docs/kubernetes.md.
//
// Observe reads local copies of the collections: it costs no call of the API. Apply hands what takes time to threads of
// its own. One thread, as Target.
class KubernetesTarget final : public Target {
 public:
  KubernetesTarget(Options options, const Seams& seams);
  ~KubernetesTarget() override;  // waits for a helm that runs

  // kRetry until every collection was seen once: until then nothing is known.
  Result<Observed> Observe() override;
  std::vector<WebserverEndpoint> Webservers() override;
  Status Apply(const PlanItem& item) override;
  Status Maintain(const Desired& desired) override;
  std::optional<Duration> LookAgain() const override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dagitops::kubernetes
