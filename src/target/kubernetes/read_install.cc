#include "dagitops/target/kubernetes/read_install.h"

#include <map>
#include <set>
#include <utility>

#include <boost/json/serialize.hpp>

#include "target/kubernetes/dagster_pod.h"
#include "target/kubernetes/helm.h"
#include "target/kubernetes/helm_runner.h"
#include "target/kubernetes/json_view.h"
#include "target/kubernetes/names.h"
#include "target/kubernetes/ownership.h"
#include "target/kubernetes/record.h"
#include "target/kubernetes/workload.h"
#include "target/kubernetes/workspace_map.h"

namespace dagitops::kubernetes {
namespace {

namespace json = boost::json;

constexpr Duration kCall = std::chrono::seconds(15);

class Reader {
 public:
  Reader(const Options& options, kube::ApiClient& api, CommandRunner& commands)
      : options_(options), api_(api), helm_(HelmOf(options)), helms_(commands, 1) {}

  Result<ExistingInstall> Run() {
    ExistingInstall install;
    install.name_space = options_.name_space;
    DAGITOPS_ASSIGN(const auto servers, Servers());
    for (const auto& [release, locations] : servers) {
      DAGITOPS_ASSIGN(ExistingInstall::Release read, ReadOne(release));
      read.servers.assign(locations.begin(), locations.end());
      install.releases.push_back(std::move(read));
    }
    if (install.releases.empty())
      return Error{ErrorKind::kInvalid, "nothing-to-adopt", "namespace " + options_.name_space,
                   "it has no code server of a release of Dagster's charts that is not from here",
                   "name the namespace of the install as `kubernetes.namespace` in the settings"};
    DAGITOPS_TRY(ReadWorkspace(install));
    return install;
  }

 private:
  Result<json::value> List(const std::string& version, const std::string& resource, const std::string& labels) {
    DAGITOPS_ASSIGN(const std::string answer,
                    api_.Get(CollectionPath(version, options_.name_space, resource, {labels, ""}), kCall));
    return ParseJson(answer);
  }

  // Locations by release, without ours.
  Result<std::map<std::string, std::set<std::string>>> Servers() {
    std::set<std::string> ours;
    DAGITOPS_ASSIGN(const json::value records, List("v1", "configmaps", RecordSelector(options_.environment)));
    for (const json::value& item : JsonView(&records)["items"].items()) {
      const bool shared = JsonView(&item)["metadata"]["name"].text() == kSharedMap;
      ours.insert(shared ? kSharedRelease : ReleaseName(ReadRecord(json::serialize(item)).location));
    }
    std::map<std::string, std::set<std::string>> servers;
    DAGITOPS_ASSIGN(const json::value deployments, List("apps/v1", "deployments", kServers));
    for (const json::value& item : JsonView(&deployments)["items"].items()) {
      const DeploymentView view = ReadDeployment("", json::serialize(item));
      if (!view.release.empty() && !view.location.empty() && !ours.contains(view.release))
        servers[view.release].insert(view.location);
    }
    return servers;
  }

  Result<ExistingInstall::Release> ReadOne(const std::string& name) {
    DAGITOPS_ASSIGN(const CommandResult metadata, helms_.Run(GetMetadataCommand(helm_, name), name));
    DAGITOPS_ASSIGN(const CommandResult values, helms_.Run(GetValuesCommand(helm_, name, "yaml"), name));
    const json::value parsed = ParseJson(metadata.output);
    return ExistingInstall::Release{
        name, JsonView(&parsed)["chart"].text(), JsonView(&parsed)["version"].text(), values.output, {}};
  }

  // Of whatever webserver there is: all of them mount the same.
  Result<std::string> MountedMap() {
    if (options_.webservers.selector.empty()) return std::string();
    DAGITOPS_ASSIGN(const json::value pods, List("v1", "pods", options_.webservers.selector));
    for (const json::value& pod : JsonView(&pods)["items"].items()) {
      for (const doctor::MountedWorkspace& workspace : ReadDagsterPod("", json::serialize(pod)).workspaces) {
        if (!workspace.config_map.empty()) return workspace.config_map;
      }
    }
    return std::string();
  }

  Status ReadWorkspace(ExistingInstall& install) {
    DAGITOPS_ASSIGN(std::string name, MountedMap());
    if (name.empty()) name = options_.workspace_config_map;
    const auto map = api_.Get(CollectionPath("v1", options_.name_space, "configmaps") + "/" + name, kCall);
    if (!map && map.error().code == "kube-not-found") return Ok();
    if (!map) return map.error();
    install.workspace_map = name;
    install.workspace = ReadWorkspaceMap(*map).text;
    install.workspace_release = ReadOwnership(name, *map).release;
    return Ok();
  }

  const Options& options_;
  kube::ApiClient& api_;
  HelmSettings helm_;
  HelmRunner helms_;
};

}  // namespace

Result<ExistingInstall> ReadInstall(const Options& options, kube::ApiClient& api, CommandRunner& commands) {
  return Reader(options, api, commands).Run();
}

}  // namespace dagitops::kubernetes
