#include "target/kubernetes/foreign_releases.h"

#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "dagitops/base/log.h"

#include "target/kubernetes/json_view.h"
#include "target/kubernetes/manifest.h"
#include "target/kubernetes/names.h"

namespace dagitops::kubernetes {
namespace {

namespace json = boost::json;

constexpr Duration kCall = std::chrono::seconds(15);
constexpr char kChart[] = "dagster-user-deployments";
constexpr char kDeployments[] = "deployments";
// Helm tells for each object which template it is from (helm v3.19, pkg/action/action.go).
constexpr char kFromChart[] = "dagster-user-deployments/templates/";

std::string KeepPatch() {
  return json::serialize(json::object{{"metadata", {{"annotations", {{kHelmPolicy, "keep"}}}}}});
}

// The list or mapping without these; whether any was in it.
bool Without(json::value& deployments, const std::set<std::string>& locations) {
  if (json::object* by_name = deployments.if_object()) {
    std::size_t gone = 0;
    for (const std::string& location : locations) gone += by_name->erase(location);
    return gone > 0;
  }
  json::array rest;
  for (const json::value& entry : JsonView(&deployments).items()) {
    if (!locations.contains(JsonView(&entry)["name"].text())) rest.push_back(entry);
  }
  const bool any = rest.size() < JsonView(&deployments).items().size();
  deployments = std::move(rest);
  return any;
}

// A service account that the values name may have gone to our base release, which its Helm would take back.
void LeaveAccount(json::object& values) {
  if (JsonView(values.if_contains("serviceAccount"))["name"].text().empty()) return;
  values["serviceAccount"].as_object()["create"] = false;
}

}  // namespace

std::optional<json::object> ValuesWithout(const json::object& values, const std::set<std::string>& locations) {
  json::object rest = values;
  json::value* deployments = rest.if_contains(kDeployments);
  if (deployments == nullptr || !Without(*deployments, locations)) return std::nullopt;
  LeaveAccount(rest);
  return rest;
}

std::string UmbrellaNote(const std::string& release, const json::object& values, const std::string& workspace) {
  const json::value all = values;
  const JsonView subchart = JsonView(&all)[kChart];
  const JsonView enabled = subchart["enableSubchart"];
  const std::string mounted = JsonView(&all)["dagsterWebserver"]["workspace"]["externalConfigmap"].text();
  const bool off = enabled.exists() && !enabled.is_true();
  if (off && mounted == workspace) return "";
  return "release " + release +
         " deploys code servers still, which git has now: set in its values `dagster-user-deployments: {enabled: true, "
         "enableSubchart: false}` and `dagsterWebserver: {workspace: {enabled: true, servers: [], externalConfigmap: " +
         workspace + "}}`, and upgrade it; its webserver and daemon restart that once";
}

Status ForeignReleases::Keep(const std::string& release) {
  const std::lock_guard<std::mutex> lock(keeping_);
  if (kept_.contains(release)) return Ok();
  DAGITOPS_ASSIGN(const CommandResult said, parts_.helms.Run(GetManifestCommand(parts_.helm, release), release));
  for (const ManifestObject& object : SplitManifest(said.output)) {
    const std::string path = PathOf(object, parts_.helm.name_space);
    // workspace.yaml is in a ConfigMap of its own chart until that is told of ours. What stands in it is nowhere else.
    const bool workspace = object.kind == "ConfigMap" && object.name == parts_.workspace;
    if (path.empty() || (!workspace && object.text.find(kFromChart) == std::string::npos)) continue;
    const auto written = parts_.api.Write({kube::ApiWrite::Kind::kMergePatch, path, KeepPatch(), false, false}, kCall);
    if (!written && written.error().code != "kube-not-found") return written.error();
  }
  Log(LogLevel::kInfo, "taking over from a Helm release; what it has for code servers stays, whatever becomes of it",
      {{"release", release}});
  kept_.insert(release);
  return Ok();
}

Result<json::object> ForeignReleases::Ask(const Command& command, const std::string& release) {
  DAGITOPS_ASSIGN(const CommandResult said, parts_.helms.Run(command, release));
  const json::value parsed = ParseJson(said.output);
  return JsonView(&parsed).members();
}

Status ForeignReleases::Trim(const std::string& release, const std::set<std::string>& locations) {
  DAGITOPS_ASSIGN(const json::object metadata, Ask(GetMetadataCommand(parts_.helm, release), release));
  DAGITOPS_ASSIGN(const json::object values, Ask(GetValuesCommand(parts_.helm, release, "json"), release));
  if (JsonView(metadata.if_contains("chart")).text() != kChart) {
    (*notes_.lock())[release] = UmbrellaNote(release, values, parts_.workspace);
    return Ok();
  }
  const auto rest = ValuesWithout(values, locations);
  if (!rest) return Ok();
  DAGITOPS_ASSIGN(const std::string chart, parts_.chart.Path());
  HelmRelease wanted;
  wanted.name = release;
  wanted.chart = chart;
  wanted.values = json::serialize(*rest);
  DAGITOPS_TRY(parts_.helms.Upgrade(parts_.helm, wanted));
  Log(LogLevel::kInfo, "took the locations that git has out of a Helm release", {{"release", release}});
  if (JsonView(rest->if_contains(kDeployments)).items().empty())
    (*notes_.lock())[release] = "release " + release +
                                " has no code server any more: `helm uninstall` it once no run goes on that has its "
                                "service account";
  return Ok();
}

std::map<std::string, std::string> ForeignReleases::notes() {
  std::map<std::string, std::string> told = *notes_.lock();
  std::erase_if(told, [](const auto& note) { return note.second.empty(); });
  return told;
}

}  // namespace dagitops::kubernetes
