#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "dagitops/base/result.h"
#include "dagitops/doctor/check.h"
#include "dagitops/model/dagster_instance.h"

namespace dagitops::doctor {

// What was found, or why it could not be; nullopt: not looked at, since something before it failed.
template <class T>
using Fact = std::optional<Result<T>>;

// dagitops.yaml and what one environment is composed of, at the tracked branch's head.
struct WorkspaceFacts {
  std::vector<std::string> environments;  // that dagitops.yaml names
  std::vector<std::string> faults;        // of dagitops.yaml
  std::vector<std::string> allowed;       // policy.registries
};

// What all environments share.
struct MachineFacts {
  std::string state_dir;
  Fact<bool> state_folder;   // true: it is there; false: it can be made
  Fact<std::string> holder;  // who keeps it in line; empty: nobody
  std::string source;        // URL without credentials
  std::string branch;
  Fact<std::string> revision;  // head of the branch, short
  Fact<WorkspaceFacts> workspace;
};

// What one environment is composed of.
struct ComposedFacts {
  std::vector<std::string> invalid;       // names of locations with faults
  std::vector<std::string> repositories;  // of the locations' images, sorted, each once
  bool usable = true;
  bool system = false;     // Dagster itself comes from the repository, and a chart for it is set
  bool readiness = false;  // verify: readiness, for which no webserver is asked
};

// One container's way to workspace.yaml.
struct MountedWorkspace {
  std::string file;        // after -w
  std::string config_map;  // that the file comes from; empty: from none
  bool sub_path = false;   // the kubelet never brings such a file up to date
};

// A pod of the webserver or the daemon.
struct DagsterPod {
  std::string name;
  std::string release;  // Helm's, by label app.kubernetes.io/instance
  std::string image;
  bool ready = false;
  bool read_only = false;
  std::vector<MountedWorkspace> workspaces;  // empty: its command names none
};

// A webserver that was asked.
struct AskedWebserver {
  std::string url;
  Result<DagsterInstance> instance;
};

struct NamespaceFacts {
  bool exists = false;
  bool ending = false;
};

struct ChartFacts {
  std::string name;
  std::string version;
};

// A chart that the settings name.
struct LookedChart {
  std::string key;          // of the settings, below `kubernetes`: "chart", "system.chart"
  std::string wanted;       // the chart's name
  std::string named;        // path, or repository and version, without credentials
  std::string set_version;  // empty: a path
  Fact<ChartFacts> found;
};

// A pod as a location's server would have it, sent to the API server as a dry run and refused.
struct RefusedPod {
  std::string location;
  std::string words;
};

struct KubernetesFacts {
  // What the settings say.
  std::string environment;
  std::string name_space;
  std::string workspace_config_map;
  std::string chart_version;  // by which entries are judged
  std::vector<std::string> known_chart_versions;
  std::set<std::string> adopt;  // Helm releases whose code servers are taken over
  std::string helm_program;
  std::string selector;         // of the webservers; empty: a URL, or none is asked
  std::string daemon_selector;  // empty: as above
  std::string webserver_url;    // instead of a selector, without credentials
  std::string account;          // who we are there; empty: not told
  std::string kubeconfig;       // empty: the pod's own account

  Status access;              // of the kubeconfig, or the pod's account; with an error nothing of the cluster is known
  Fact<std::string> version;  // of the API server
  Fact<NamespaceFacts> state;
  Fact<std::vector<RightAnswer>> rights;
  Fact<std::vector<RefusedPod>> refused;
  Fact<std::string> helm;           // version
  std::vector<LookedChart> charts;  // of the code servers; of Dagster itself, where there is one
  Fact<std::vector<DagsterPod>> webservers;
  Fact<std::vector<DagsterPod>> daemons;
  std::vector<AskedWebserver> asked;
  Fact<std::vector<std::string>> umbrella;  // code servers in the release of a webserver
  Fact<std::set<std::string>> not_there;    // of `adopt`: no Helm release of the namespace
  Fact<WorkspaceFacts> workspace;
  Fact<ComposedFacts> composed;
};

struct LocalFacts {
  std::string environment;
  std::string python;
  Status preflight;            // see LocalProcessTarget::Check
  Fact<std::string> imported;  // version of Dagster, imported and not only installed
  std::string dagster_home;
  Fact<bool> home_folder;  // true: it is there; false: it can be made
  std::string runtime_dir;
  Fact<bool> runtime_folder;  // likewise
  bool starts_webserver = true;
  bool serving = false;             // a `dagitops serve` holds the state folder
  std::string webserver_url;        // empty: none is asked
  Fact<DagsterInstance> webserver;  // a failure to connect too
  Fact<ComposedFacts> composed;
};

}  // namespace dagitops::doctor
