#include "target/kubernetes/beside.h"

#include <map>
#include <optional>
#include <utility>

#include <boost/json/serialize.hpp>

#include "dagitops/model/value.h"
#include "dagitops/yaml/emit.h"
#include "dagitops/yaml/parse.h"

#include "target/kubernetes/container_logs.h"
#include "target/kubernetes/json_view.h"
#include "target/kubernetes/names.h"
#include "target/kubernetes/workload.h"

namespace dagitops::kubernetes {
namespace {

namespace json = boost::json;

constexpr Duration kCall = std::chrono::seconds(15);
constexpr Duration kLook = std::chrono::seconds(2);  // the Deployment says a little later what a pod's event said

std::string SelectorOf(const Order& order) {
  return "deployment=" + order.location + ",app.kubernetes.io/instance=" + order.release;
}

Value With(const Value& metadata, const char* key, const std::map<std::string, std::string>& added) {
  const Value* known = metadata.Find(key);
  Value all = known != nullptr && known->is_mapping() ? *known : Value::Map({});
  for (const auto& [name, text] : added) all = all.With(name, Value::String(text));
  return metadata.With(key, std::move(all));
}

// Known as made by us before its release, and to Helm as its own: by the write that makes it, or a crash would leave an
// object that is nobody's.
std::string Marked(const ManifestObject& object, const std::string& release, const std::string& name_space) {
  const Value root = yaml::Parse(object.text, "manifest", Layer::kBuiltin).root;
  const Value* metadata = root.Find("metadata");  // SplitManifest left out what has none
  Value marked = metadata == nullptr ? Value::Map({}) : *metadata;
  marked = With(marked, "labels", {{kBeside, release}, {kManagedBy, "Helm"}});
  marked = With(marked, "annotations", {{kHelmRelease, release}, {kHelmNamespace, name_space}});
  return yaml::Emit(root.With("metadata", std::move(marked)));
}

}  // namespace

// What there is of the new pods at one moment.
struct Beside::Seen {
  std::optional<DeploymentView> deployment;
  std::vector<PodView> pods;
  std::string version;  // of the list of pods, to be followed from
};

Status Beside::Run(const Order& order, const std::vector<ManifestObject>& objects) {
  DAGITOPS_TRY(Make(order, objects));
  Status outcome = Follow(order);
  if (outcome || outcome.error().kind != ErrorKind::kInvalid) return outcome;
  DAGITOPS_TRY(Remove(order.release));
  return outcome;
}

Status Beside::Make(const Order& order, const std::vector<ManifestObject>& objects) {
  for (const ManifestObject& object : objects) {
    const std::string path = PathOf(object, parts_.name_space);
    if (object.kind == "Service" || path.empty()) continue;
    const std::string body = Marked(object, order.release, parts_.name_space);
    DAGITOPS_TRY(parts_.api.Write({kube::ApiWrite::Kind::kApply, path, body, false, true}, kCall));
  }
  return Ok();
}

// Each event of a pod is a reason to look at all of it again, and so is a short time without one.
Status Beside::Follow(const Order& order) {
  const WallTime since = parts_.clock.Now();
  const std::string pods = CollectionPath("v1", parts_.name_space, "pods", {SelectorOf(order), ""});
  for (;;) {
    DAGITOPS_ASSIGN(const Seen seen, Look(order));
    if (!seen.deployment)
      return Error{ErrorKind::kRetry, "rollout-gone", "location " + order.location, "its new Deployment is gone", ""};
    std::vector<const PodView*> views;
    for (const PodView& pod : seen.pods) views.push_back(&pod);
    const RolloutVerdict verdict =
        JudgeRollout({*seen.deployment, std::move(views), parts_.clock.Now(), since, parts_.deadline});
    if (verdict.state == ServerState::kReady) return Ok();
    if (verdict.state == ServerState::kFailed) {
      const std::string said = verdict.log ? ReadEnd(parts_.api, parts_.name_space, *verdict.log) : "";
      return Error{ErrorKind::kInvalid, "rollout-failed", "location " + order.location,
                   verdict.reason + (said.empty() ? "" : ": " + said),
                   "release " + order.beside + " goes on serving it"};
    }
    const Status followed =
        parts_.api.Watch(pods, seen.version, kLook, [](std::string_view /*event*/) { return false; });
    const bool ended = followed || followed.error().code == "kube-gone" || followed.error().code == "kube-timeout";
    if (!ended) return followed;
  }
}

Result<Beside::Seen> Beside::Look(const Order& order) {
  Seen seen;
  DAGITOPS_ASSIGN(
      const std::string deployments,
      parts_.api.Get(CollectionPath("apps/v1", parts_.name_space, "deployments", {SelectorOf(order), ""}), kCall));
  const json::value found = ParseJson(deployments);
  for (const json::value& item : JsonView(&found)["items"].items())
    seen.deployment = ReadDeployment(JsonView(&item)["metadata"]["name"].text(), json::serialize(item));
  DAGITOPS_ASSIGN(const std::string pods,
                  parts_.api.Get(CollectionPath("v1", parts_.name_space, "pods", {SelectorOf(order), ""}), kCall));
  const json::value list = ParseJson(pods);
  seen.version = JsonView(&list)["metadata"]["resourceVersion"].text();
  for (const json::value& item : JsonView(&list)["items"].items())
    seen.pods.push_back(ReadPod(JsonView(&item)["metadata"]["name"].text(), json::serialize(item)));
  return seen;
}

Status Beside::Remove(const std::string& release) {
  const std::pair<const char*, const char*> kinds[] = {{"apps/v1", "deployments"}, {"v1", "configmaps"}};
  for (const auto& [version, resource] : kinds) {
    const Selectors ours{std::string(kBeside) + "=" + release, ""};
    DAGITOPS_ASSIGN(const std::string answer,
                    parts_.api.Get(CollectionPath(version, parts_.name_space, resource, ours), kCall));
    const json::value list = ParseJson(answer);
    for (const json::value& item : JsonView(&list)["items"].items()) {
      const std::string name = JsonView(&item)["metadata"]["name"].text();
      DAGITOPS_TRY(
          parts_.api.Delete({CollectionPath(version, parts_.name_space, resource) + "/" + name, "", ""}, kCall));
    }
  }
  return Ok();
}

}  // namespace dagitops::kubernetes
