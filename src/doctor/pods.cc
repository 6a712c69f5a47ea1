#include <algorithm>
#include <iterator>
#include <set>

#include "dagitops/base/text.h"

#include "doctor/checks.h"
#include "doctor/cluster.h"

namespace dagitops::doctor {
namespace {

constexpr char kChartsMap[] = "workspace-yaml";  // the end of the ConfigMap's name in charts 1.10.5 and 1.12.19

// Of the chart dagster, in environments/<env>/system.yaml or wherever its values are.
std::vector<std::string> WorkspaceValues(const KubernetesFacts& facts) {
  return {"dagsterWebserver: {workspace: {enabled: true, servers: [], externalConfigmap: " +
              facts.workspace_config_map + "}}  # values of the chart dagster",
          "dagster-user-deployments: {enabled: true, enableSubchart: false}  # values of the chart dagster"};
}

// Helm deletes what a release has no more: an install whose code servers are the subchart's, and its ConfigMap.
std::vector<std::string> TakeOverValues(const KubernetesFacts& facts) {
  std::vector<std::string> fix = WorkspaceValues(facts);
  fix.push_back(
      "first: kubectl --namespace " + facts.name_space +
      " annotate deployment,service,configmap --selector component=user-deployments helm.sh/resource-policy=keep");
  return fix;
}

Check SubPath(const KubernetesFacts& facts, const std::string& where, const MountedWorkspace& mounted) {
  return {Level::kError,
          "workspace-subpath",
          where,
          mounted.file + " is mounted with subPath: a new workspace.yaml never reaches the running pod",
          "the whole ConfigMap " + facts.workspace_config_map + ", mounted as a folder",
          {"volumeMounts: [{name: dagster-workspace-yaml, mountPath: /dagster-workspace/}]  # of the Deployment; no "
           "subPath"}};
}

Check OtherMap(const KubernetesFacts& facts, const std::string& where, const MountedWorkspace& mounted) {
  const std::string expected = "workspace.yaml of ConfigMap " + facts.workspace_config_map;
  if (mounted.config_map.empty()) {
    return {Level::kError, "workspace-not-mounted", where, mounted.file + " is of no ConfigMap",
            expected,      WorkspaceValues(facts)};
  }
  if (mounted.config_map.ends_with(kChartsMap)) {
    return {Level::kError, "workspace-of-chart",
            where,         mounted.file + " is of the chart's own ConfigMap " + mounted.config_map,
            expected,      TakeOverValues(facts)};
  }
  return {Level::kError,
          "workspace-another",
          where,
          mounted.file + " is of ConfigMap " + mounted.config_map,
          expected,
          {"environments: {" + facts.environment + ": {kubernetes: {workspaceConfigMap: " + mounted.config_map +
               "}}}  # settings, or:",
           WorkspaceValues(facts).front()}};
}

// True when the pod reads what we publish. Of several files the last one that names a location counts, so that ours is
// among them is enough.
bool AddMount(const KubernetesFacts& facts, const std::string& where, const DagsterPod& pod, Checks& checks) {
  const std::vector<MountedWorkspace>& all = pod.workspaces;
  if (all.empty()) {
    checks.push_back({Level::kError, "workspace-not-named", where, "its command names no workspace file with -w",
                      "-w /dagster-workspace/workspace.yaml", WorkspaceValues(facts)});
    return false;
  }
  const auto ours = std::find_if(all.begin(), all.end(), [&](const MountedWorkspace& mounted) {
    return mounted.config_map == facts.workspace_config_map;
  });
  if (ours == all.end()) {
    checks.push_back(OtherMap(facts, where, all.front()));
    return false;
  }
  if (!ours->sub_path) return true;
  checks.push_back(SubPath(facts, where, *ours));
  return false;
}

Check NonePresent(const KubernetesFacts& facts, bool daemon) {
  const std::string what = daemon ? "daemon" : "webserver";
  const bool comes = facts.composed && *facts.composed && (**facts.composed).system;
  const std::string selector = daemon ? facts.daemon_selector : facts.selector;
  const bool unneeded = !daemon && VerifiesReadiness(facts);
  std::string why = unneeded ? "; `verify: readiness` asks none" : "";
  if (comes) why = "; the repository has environments/" + facts.environment + "/system.yaml: serve will install it";
  return {comes || daemon || unneeded ? Level::kWarning : Level::kError,
          what + "-missing",
          "pods with " + selector,
          "there are none in namespace " + facts.name_space + why,
          "Dagster's " + what,
          {"environments: {" + facts.environment + ": {dagster: {" + what + ": {selector: \"app=" + what +
           "\"}}}}  # settings; the pods' labels"}};
}

void AddPod(const KubernetesFacts& facts, const std::string& what, const DagsterPod& pod, Checks& checks) {
  const std::string where = what + " pod " + pod.name;
  const std::size_t before = checks.size();
  AddMount(facts, where, pod, checks);
  if (!pod.ready) {
    checks.push_back({Level::kWarning,
                      what + "-not-ready",
                      where,
                      "it is not ready",
                      "a pod that is",
                      {"kubectl --namespace " + facts.name_space + " describe pod " + pod.name}});
  }
  if (pod.read_only) {
    checks.push_back({Level::kWarning,
                      "webserver-read-only",
                      where,
                      "it takes no requests to reload: only new pods show it a new location",
                      "nothing, where some seconds more are fine",
                      {"dagsterWebserver: {enableReadOnly: false}  # values of the chart dagster"}});
  }
  if (checks.size() == before) checks.push_back(Fine(what, where, "reads ConfigMap " + facts.workspace_config_map));
}

void AddKind(const KubernetesFacts& facts, const Fact<std::vector<DagsterPod>>& pods, bool daemon, Checks& checks) {
  const std::string what = daemon ? "daemon" : "webserver";
  const std::string where = "pods with " + (daemon ? facts.daemon_selector : facts.selector);
  if (!pods) return checks.push_back(NotLookedAt(what, where, "pods in the namespace could not be listed"));
  if (!*pods) return checks.push_back(Failed(pods->error(), where, "pods that can be listed"));
  if ((**pods).empty()) return checks.push_back(NonePresent(facts, daemon));
  for (const DagsterPod& pod : **pods) AddPod(facts, what, pod, checks);
}

// The webservers' releases that nobody takes over.
std::vector<std::string> NotAdopted(const KubernetesFacts& facts) {
  std::set<std::string> releases;
  for (const DagsterPod& pod : **facts.webservers) {
    if (!pod.release.empty() && !facts.adopt.contains(pod.release)) releases.insert(pod.release);
  }
  return {releases.begin(), releases.end()};
}

void AddUmbrella(const KubernetesFacts& facts, Checks& checks) {
  if (!facts.umbrella || !*facts.umbrella || (**facts.umbrella).empty()) return;
  std::vector<std::string> fix = WorkspaceValues(facts);
  const std::vector<std::string> releases = NotAdopted(facts);
  if (!releases.empty()) {
    fix.insert(fix.begin(), "environments: {" + facts.environment + ": {kubernetes: {adopt: [" + Join(releases, ", ") +
                                "]}}}  # settings, first: takes over those that git has");
  }
  checks.push_back({Level::kWarning, "umbrella-code-servers", "Deployments in namespace " + facts.name_space,
                    Join(**facts.umbrella, ", ") + " belong to the release of Dagster itself",
                    "code servers of releases of their own, which dagitops deploys", fix});
}

// A slip in a release's name would take over nothing, and nobody would be told.
void AddAdopt(const KubernetesFacts& facts, Checks& checks) {
  if (facts.adopt.empty()) return;
  const std::string where = "releases of namespace " + facts.name_space;
  if (!facts.not_there) return checks.push_back(NotLookedAt("adopt", where, "the namespace could not be looked at"));
  if (!*facts.not_there) return checks.push_back(NotLookedAt("adopt", where, facts.not_there->error().message));
  const std::set<std::string>& missing = **facts.not_there;
  if (missing.empty()) return checks.push_back(Fine("adopt", where, "those to be taken over are there"));
  std::vector<std::string> rest;
  std::set_difference(facts.adopt.begin(), facts.adopt.end(), missing.begin(), missing.end(), std::back_inserter(rest));
  checks.push_back({Level::kWarning,
                    "adopt-no-release",
                    where,
                    "`adopt` names what is none: " + Join({missing.begin(), missing.end()}, ", "),
                    "names of Helm releases there",
                    {"environments: {" + facts.environment + ": {kubernetes: {adopt: [" + Join(rest, ", ") +
                         "]}}}  # settings, or another name:",
                     "helm --namespace " + facts.name_space + " list --all"}});
}

}  // namespace

void AddPods(const KubernetesFacts& facts, Checks& checks) {
  if (!facts.selector.empty()) AddKind(facts, facts.webservers, false, checks);
  if (!facts.daemon_selector.empty()) AddKind(facts, facts.daemons, true, checks);
  AddUmbrella(facts, checks);
  AddAdopt(facts, checks);
}

}  // namespace dagitops::doctor
