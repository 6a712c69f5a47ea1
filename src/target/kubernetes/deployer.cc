#include "target/kubernetes/deployer.h"

#include <algorithm>
#include <utility>

#include "dagitops/base/log.h"

#include "target/kubernetes/json_view.h"
#include "target/kubernetes/manifest.h"
#include "target/kubernetes/names.h"
#include "target/kubernetes/ownership.h"

namespace dagitops::kubernetes {
namespace {

using kube::ApiWrite;

constexpr Duration kCall = std::chrono::seconds(15);

// Where the one Deployment of a manifest is; empty where there are more or none.
std::string OnlyDeployment(const std::string& manifest, const std::string& name_space) {
  std::string path;
  for (const ManifestObject& object : SplitManifest(manifest)) {
    if (object.kind != "Deployment") continue;
    if (!path.empty()) return "";
    path = PathOf(object, name_space);
  }
  return path;
}

}  // namespace

Result<int> Deployer::Deploy(const Order& order, const Before& before) {
  Chart& source = order.location == kSystemKey ? parts_.system_chart : parts_.chart;
  DAGITOPS_ASSIGN(std::string chart, source.Path());
  HelmRelease release = Describe(order, std::move(chart));
  // Our own helm is known by the record that was written before it and has no end yet.
  if (before.release)
    DAGITOPS_TRY(tools_.Recover(*before.release, before.record && before.record->applied_version == 0));
  const bool stands = before.release && before.release->status == Release::Status::kDeployed;
  const bool checked = order.checked_first && !(stands && before.release->content == order.content);
  std::vector<ManifestObject> rendered;
  if (stands || checked || MayTakeOver(order)) {
    DAGITOPS_ASSIGN(rendered, tools_.Render(release));
  }
  if (stands || checked) {
    DAGITOPS_ASSIGN(const std::vector<std::string> objects, DryRun(release.name, rendered));
    if (checked) DAGITOPS_TRY(parts_.check.Run(order, objects));
  }
  DAGITOPS_ASSIGN(const std::set<std::string> owners, OwnersOf(order, rendered));
  for (const std::string& owner : owners) DAGITOPS_TRY(parts_.foreign.Keep(owner));
  const bool foreign = order.location == kSystemKey && before.release && before.release->environment.empty();
  if (foreign) DAGITOPS_TRY(parts_.foreign.Keep(before.release->name));
  release.take_ownership = !owners.empty();
  DAGITOPS_TRY(WriteRecord(order, before.record));
  if (!order.beside.empty() && !stands) DAGITOPS_TRY(parts_.beside.Run(order, rendered));
  DAGITOPS_ASSIGN(const CommandResult result, parts_.helms.Upgrade(parts_.helm, std::move(release)));
  const int version = RevisionIn(result.output);
  DAGITOPS_TRY(Note(order, version, OnlyDeployment(ManifestIn(result.output), parts_.helm.name_space)));
  return version;
}

Result<int> Deployer::Remove(const Order& order, const Before& before) {
  if (before.release) DAGITOPS_TRY(parts_.helms.Run(UninstallCommand(parts_.helm, order.release), order.release));
  if (!before.release && MayTakeOver(order)) DAGITOPS_TRY(parts_.beside.Remove(order.release));
  const std::string path =
      CollectionPath("v1", parts_.helm.name_space, "configmaps") + "/" + RecordName(order.location);
  DAGITOPS_TRY(parts_.api.Delete({path, "", ""}, kCall));
  return 0;
}

Result<int> Deployer::Finish(const Order& order, const Release& release) {
  DAGITOPS_TRY(Note(order, release.version, ""));
  return release.version;
}

bool Deployer::MayTakeOver(const Order& order) const { return order.leaves_shared || !parts_.adopt.empty(); }

HelmRelease Deployer::Describe(const Order& order, std::string chart) const {
  HelmRelease release;
  release.name = order.release;
  release.chart = std::move(chart);
  release.values = order.values;
  release.labels = {{kEnvironment, parts_.environment}, {kContent, order.content}};
  if (!order.location.empty()) release.labels[kLocation] = order.location;
  return release;
}

// The objects as the API server would have them, JSON.
Result<std::vector<std::string>> Deployer::DryRun(const std::string& release,
                                                  const std::vector<ManifestObject>& rendered) {
  std::vector<std::string> objects;
  for (const ManifestObject& object : rendered) {
    DAGITOPS_ASSIGN(std::string taken, tools_.DryRun(release, object));
    if (!taken.empty()) objects.push_back(std::move(taken));
  }
  return objects;
}

// The releases that objects of ours are to be taken over from.
Result<std::set<std::string>> Deployer::OwnersOf(const Order& order, const std::vector<ManifestObject>& rendered) {
  std::set<std::string> owners;
  if (!MayTakeOver(order)) return owners;
  for (const ManifestObject& object : rendered) {
    const std::string path = PathOf(object, parts_.helm.name_space);
    if (path.empty()) continue;
    const auto known = parts_.api.Get(path, kCall);
    if (!known && known.error().code == "kube-not-found") continue;
    if (!known) return About(known.error(), order.release, object.Title());
    const std::string owner = ReadOwnership(object.name, *known).release;
    if (owner == order.release) continue;
    if (owner.empty())  // Helm would refuse it, but for what else it is told to take
      return Error{ErrorKind::kStalled, "helm-foreign-object", "helm release " + order.release,
                   object.Title() + " is there and belongs to no Helm release", "remove it, or rename the location"};
    if (!parts_.adopt.contains(owner) && !(order.leaves_shared && owner == kSharedRelease))
      return Error{ErrorKind::kStalled, "helm-foreign-object", "helm release " + order.release,
                   object.Title() + " belongs to release " + owner,
                   "rename the location, or add " + owner + " to `kubernetes.adopt` of this environment's settings"};
    owners.insert(owner);
  }
  return owners;
}

Status Deployer::WriteRecord(const Order& order, const std::optional<Record>& before) {
  Record record;
  record.location = order.location;
  record.location_name = order.location_name;
  record.content = order.content;
  record.revision = order.revision;
  record.port = order.port;
  record.values = order.values;
  record.former_ids = order.former_ids;
  if (before) record.resource_version = before->resource_version;
  const std::string collection = CollectionPath("v1", parts_.helm.name_space, "configmaps");
  ApiWrite write;
  write.kind = before ? ApiWrite::Kind::kReplace : ApiWrite::Kind::kCreate;
  write.path = before ? collection + "/" + RecordName(order.location) : collection;
  write.body = ToConfigMap(record, {parts_.helm.name_space, parts_.environment});
  const auto written = parts_.api.Write(write, kCall);
  if (written) return Ok();
  const std::string& code = written.error().code;
  const bool moved = code == "kube-exists" || code == "kube-conflict" || (before && code == "kube-not-found");
  if (moved) return Again(written.error());
  return About(written.error(), order.release, RecordName(order.location));
}

// The generation is asked for, since the local copy may not have the newest one yet.
Status Deployer::Note(const Order& order, int version, const std::string& deployment) {
  long long generation = 0;
  if (!order.location.empty() && order.location != kSystemKey) {
    DAGITOPS_ASSIGN(generation, Generation(order, deployment));
  }
  const std::string path =
      CollectionPath("v1", parts_.helm.name_space, "configmaps") + "/" + RecordName(order.location);
  const auto noted =
      parts_.api.Write({ApiWrite::Kind::kMergePatch, path, AppliedPatch(version, generation), false, false}, kCall);
  if (noted) return Ok();
  return Again(noted.error());
}

// One that is known by name costs the API server nothing. To find it by its labels it goes through all that there are:
// 45 ms of a core at 500 of them.
Result<long long> Deployer::Generation(const Order& order, const std::string& deployment) {
  if (!deployment.empty()) {
    const auto answer = parts_.api.Get(deployment, kCall);
    if (!answer && answer.error().code == "kube-not-found") return 0;
    if (!answer) return answer.error();
    const boost::json::value found = ParseJson(*answer);
    return JsonView(&found)["metadata"]["generation"].number();
  }
  const std::string labels = "deployment=" + order.location + ",app.kubernetes.io/instance=" + order.release;
  DAGITOPS_ASSIGN(
      const std::string answer,
      parts_.api.Get(CollectionPath("apps/v1", parts_.helm.name_space, "deployments", {labels, ""}), kCall));
  const boost::json::value list = ParseJson(answer);
  long long generation = 0;
  for (const boost::json::value& item : JsonView(&list)["items"].items()) {
    generation = JsonView(&item)["metadata"]["generation"].number();
  }
  return generation;
}

}  // namespace dagitops::kubernetes
