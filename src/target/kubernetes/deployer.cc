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

constexpr Duration kForeignPatience = std::chrono::minutes(10);
constexpr Duration kCall = std::chrono::seconds(15);

// What the API server says about one object is about the release that it is from; what a location cannot mend (the
// namespace is gone) is nobody's fault in git.
Error About(Error error, const std::string& release, const std::string& object) {
  error.message = object + ": " + error.message;
  error.subject = "helm release " + release;
  const bool mendable = error.code == "kube-rejected" || error.code == "kube-too-large";
  if (error.kind == ErrorKind::kInvalid && !mendable) error.kind = ErrorKind::kStalled;
  return error;
}

// Something else was written in between: the next try reads it first.
Error Again(Error error) {
  if (error.kind == ErrorKind::kInvalid) error.kind = ErrorKind::kRetry;
  return error;
}

}  // namespace

Result<int> Deployer::Deploy(const Order& order, const Before& before) {
  Chart& source = order.location == kSystemKey ? parts_.system_chart : parts_.chart;
  DAGITOPS_ASSIGN(std::string chart, source.Path());
  HelmRelease release = Describe(order, std::move(chart));
  DAGITOPS_TRY(Recover(before));
  const bool stands = before.release && before.release->status == Release::Status::kDeployed;
  const bool checked = order.checked_first && !(stands && before.release->content == order.content);
  std::vector<ManifestObject> rendered;
  if (stands || checked || !parts_.adopt.empty()) {
    DAGITOPS_ASSIGN(rendered, Render(release));
  }
  if (stands || checked) {
    DAGITOPS_ASSIGN(const std::vector<std::string> objects, DryRun(release.name, rendered));
    if (checked) DAGITOPS_TRY(parts_.check.Run(order, objects));
  }
  DAGITOPS_ASSIGN(const std::set<std::string> owners, OwnersOf(release, rendered));
  for (const std::string& owner : owners) DAGITOPS_TRY(parts_.foreign.Keep(owner));
  const bool foreign = order.location == kSystemKey && before.release && before.release->environment.empty();
  if (foreign) DAGITOPS_TRY(parts_.foreign.Keep(before.release->name));
  release.take_ownership = !owners.empty();
  DAGITOPS_TRY(WriteRecord(order, before.record));
  if (!order.beside.empty() && !stands) DAGITOPS_TRY(parts_.beside.Run(order, rendered));
  DAGITOPS_ASSIGN(const CommandResult result, Upgrade(std::move(release)));
  const int version = RevisionIn(result.output);
  DAGITOPS_TRY(Note(order, version));
  return version;
}

Result<int> Deployer::Remove(const Order& order, const Before& before) {
  if (before.release) DAGITOPS_TRY(parts_.helms.Run(UninstallCommand(parts_.helm, order.release), order.release));
  if (!before.release && !parts_.adopt.empty()) DAGITOPS_TRY(parts_.beside.Remove(order.release));
  const std::string path =
      CollectionPath("v1", parts_.helm.name_space, "configmaps") + "/" + RecordName(order.location);
  DAGITOPS_TRY(parts_.api.Delete({path, "", ""}, kCall));
  return 0;
}

Result<int> Deployer::Finish(const Order& order, const Release& release) {
  DAGITOPS_TRY(Note(order, release.version));
  return release.version;
}

HelmRelease Deployer::Describe(const Order& order, std::string chart) const {
  HelmRelease release;
  release.name = order.release;
  release.chart = std::move(chart);
  release.values = order.values;
  release.labels = {{kEnvironment, parts_.environment}, {kContent, order.content}};
  if (!order.location.empty()) release.labels[kLocation] = order.location;
  return release;
}

// Helm refuses to touch a release while its newest revision is pending, for as long as that is there, and one that it
// was removing it only removes. Our own helm is known by the record that was written before it and has no end yet.
Status Deployer::Recover(const Before& before) {
  if (!before.release) return Ok();
  const Release& release = *before.release;
  if (release.status == Release::Status::kUninstalling) {
    DAGITOPS_TRY(parts_.helms.Run(UninstallCommand(parts_.helm, release.name), release.name));
    return Ok();
  }
  if (release.status != Release::Status::kPending) return Ok();
  const bool ours = before.record && before.record->applied_version == 0;
  const WallTime now = parts_.clock.Now();
  const WallTime since = std::min(release.since, now);  // the API server's clock may be ahead of ours
  const bool old = TimeUntil(since + kForeignPatience, now, kForeignPatience) == Duration(0);
  if (!ours && !old)
    return Error{ErrorKind::kRetry, "helm-busy", "helm release " + release.name, "another helm is at it",
                 "it is waited for; a release that stays pending for 10 minutes is recovered"};
  Log(LogLevel::kWarning, "a release was left half-way by a helm that was killed, and is recovered",
      {{"release", release.name}, {"revision", std::to_string(release.version)}});
  const std::string path = CollectionPath("v1", parts_.helm.name_space, "secrets") + "/" + release.secret;
  const Status removed = parts_.api.Delete({path, "", release.resource_version}, kCall);
  return removed ? removed : Status(Again(removed.error()));
}

Result<std::vector<ManifestObject>> Deployer::Render(const HelmRelease& release) {
  DAGITOPS_ASSIGN(const std::string version, KubeVersion());
  DAGITOPS_ASSIGN(const CommandResult said,
                  parts_.helms.Run(TemplateCommand(parts_.helm, release, version), release.name));
  return SplitManifest(said.output);
}

// The objects as the API server would have them, JSON.
Result<std::vector<std::string>> Deployer::DryRun(const std::string& release,
                                                  const std::vector<ManifestObject>& rendered) {
  std::vector<std::string> objects;
  for (const ManifestObject& object : rendered) {
    const std::string path = PathOf(object, parts_.helm.name_space);
    if (path.empty()) continue;  // Helm itself will ask about a kind that we do not know
    ApiWrite write{ApiWrite::Kind::kApply, path, object.text, true, true};
    auto taken = parts_.api.Write(write, kCall);
    if (!taken) return About(taken.error(), release, object.Title());
    objects.push_back(*std::move(taken));
  }
  return objects;
}

// The releases that objects of ours are to be taken over from.
Result<std::set<std::string>> Deployer::OwnersOf(const HelmRelease& release,
                                                 const std::vector<ManifestObject>& rendered) {
  std::set<std::string> owners;
  if (parts_.adopt.empty()) return owners;
  for (const ManifestObject& object : rendered) {
    const std::string path = PathOf(object, parts_.helm.name_space);
    if (path.empty()) continue;
    const auto known = parts_.api.Get(path, kCall);
    if (!known && known.error().code == "kube-not-found") continue;
    if (!known) return About(known.error(), release.name, object.Title());
    const std::string owner = ReadOwnership(object.name, *known).release;
    if (owner == release.name) continue;
    if (owner.empty())  // Helm would refuse it, but for what else it is told to take
      return Error{ErrorKind::kStalled, "helm-foreign-object", "helm release " + release.name,
                   object.Title() + " is there and belongs to no Helm release", "remove it, or rename the location"};
    if (!parts_.adopt.contains(owner))
      return Error{ErrorKind::kStalled, "helm-foreign-object", "helm release " + release.name,
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

Result<std::string> Deployer::KubeVersion() {
  if (std::string known = *kube_version_.lock(); !known.empty()) return known;
  DAGITOPS_ASSIGN(const std::string answer, parts_.api.Get("/version", kCall));
  const boost::json::value parsed = ParseJson(answer);
  std::string version = JsonView(&parsed)["gitVersion"].text();
  *kube_version_.lock() = version;
  return version;
}

// Helm 4 lets the server merge, which refuses to put right what others have changed. So it is told to do as Helm 3
// does, which knows no other way and no such flag.
Result<CommandResult> Deployer::Upgrade(HelmRelease release) {
  release.merged_here = !*is_helm3_.lock();
  auto result = parts_.helms.Run(UpgradeCommand(parts_.helm, release), release.name);
  if (result || !release.merged_here || !IsFlagUnknown(result.error())) return result;
  *is_helm3_.lock() = true;
  release.merged_here = false;
  return parts_.helms.Run(UpgradeCommand(parts_.helm, release), release.name);
}

// The generation is asked for, since the local copy may not have the newest one yet.
Status Deployer::Note(const Order& order, int version) {
  long long generation = 0;
  if (!order.location.empty() && order.location != kSystemKey) {
    const std::string labels = "deployment=" + order.location + ",app.kubernetes.io/instance=" + order.release;
    DAGITOPS_ASSIGN(
        const std::string answer,
        parts_.api.Get(CollectionPath("apps/v1", parts_.helm.name_space, "deployments", {labels, ""}), kCall));
    const boost::json::value list = ParseJson(answer);
    for (const boost::json::value& item : JsonView(&list)["items"].items()) {
      generation = JsonView(&item)["metadata"]["generation"].number();
    }
  }
  const std::string path =
      CollectionPath("v1", parts_.helm.name_space, "configmaps") + "/" + RecordName(order.location);
  const auto noted =
      parts_.api.Write({ApiWrite::Kind::kMergePatch, path, AppliedPatch(version, generation), false, false}, kCall);
  if (noted) return Ok();
  return Again(noted.error());
}

}  // namespace dagitops::kubernetes
