#include "target/kubernetes/shared_deployer.h"

#include <utility>

#include "dagitops/base/log.h"

#include "target/kubernetes/json_view.h"
#include "target/kubernetes/manifest.h"
#include "target/kubernetes/names.h"
#include "target/kubernetes/ownership.h"
#include "target/kubernetes/shared_batch.h"
#include "target/kubernetes/shared_change.h"

namespace dagitops::kubernetes {
namespace {

using kube::ApiWrite;

constexpr Duration kCall = std::chrono::seconds(15);

Error Foreign(std::string what, std::string hint) {
  return {ErrorKind::kStalled, "helm-foreign-release", "helm release " + std::string(kSharedRelease), std::move(what),
          std::move(hint)};
}

}  // namespace

Outcomes SharedDeployer::Run(const std::vector<Order>& orders, const std::optional<Release>& release) {
  SharedBatch batch(orders);
  const auto known = Load(release);
  if (!known) {
    batch.FailAll(known.error());
    return batch.Take();
  }
  const SharedBatch::Work work{
      [&](const SharedRecord& record) { return tools_.Render(Describe(known->chart, record)); },
      [&](const ManifestObject& object) { return Try(object); },
      [&](const ManifestObject& object) { return CheckOwner(object); },
      [&](const SharedRecord& record) { return Make(*known, record); }};
  batch.Run(known->record, work);
  Outcomes outcomes = batch.Take();
  for (const std::vector<Order>& group : batch.again()) outcomes.merge(Run(group, release));
  return outcomes;
}

Result<int> SharedDeployer::Check(const Order& order, const std::optional<Release>& release) {
  DAGITOPS_ASSIGN(const Known known, Load(release));
  const SharedRecord composed = Compose(known.record, {order});
  const SharedLocation& wanted = composed.locations.at(order.location);
  if (wanted.applied && known.record.locations.at(order.location).content == order.content)
    return known.record.applied_version;
  DAGITOPS_ASSIGN(const std::vector<ManifestObject> rendered,
                  tools_.Render(Describe(known.chart, OnlyWith(composed, {order.location}))));
  std::vector<std::string> objects;
  for (const ManifestObject& object : rendered) {
    DAGITOPS_ASSIGN(std::string taken, tools_.DryRun(kSharedRelease, object));
    if (!taken.empty()) objects.push_back(std::move(taken));
  }
  DAGITOPS_TRY(parts_.check.Run(order, objects));
  return 0;
}

Result<int> SharedDeployer::Finish(const Release& release) {
  DAGITOPS_ASSIGN(const SharedRecord record, Read());
  if (IsUnnoted(record, release)) DAGITOPS_TRY(Note(record, record, release.version));
  return release.version;
}

// First without them, then away: at its end Helm would take along whatever the release still lists.
Status SharedDeployer::Trim(const Release& release, const std::set<std::string>& locations) {
  DAGITOPS_ASSIGN(const Known known, Load(release));
  const SharedRecord rest = WithoutMoved(known.record, locations);
  const bool any = rest.locations.size() < known.record.locations.size();
  if (any) {
    DAGITOPS_TRY(Make(known, rest));
    Log(LogLevel::kInfo, "took the locations that are releases of their own out of the one for all",
        {{"release", release.name}});
  }
  if (!rest.locations.empty()) return Ok();
  DAGITOPS_TRY(parts_.helms.Run(UninstallCommand(parts_.helm, release.name), release.name));
  const std::string path = CollectionPath("v1", parts_.helm.name_space, "configmaps") + "/" + kSharedMap;
  return parts_.api.Delete({path, "", ""}, kCall);
}

// A release of that name that is somebody else's is taken over as it is where the settings say so.
Result<SharedDeployer::Known> SharedDeployer::Load(const std::optional<Release>& release) {
  Known known;
  DAGITOPS_ASSIGN(known.chart, parts_.chart.Path());
  DAGITOPS_ASSIGN(known.record, Read());
  const bool there = release && release->status != Release::Status::kGone;
  if (!there) {
    if (known.record.exists && !known.record.known && !parts_.adopt.contains(kSharedRelease))
      return Foreign("ConfigMap " + std::string(kSharedMap) + " is there, and is not from here",
                     "remove it, or set `release: per-location` for this environment in dagitops.yaml");
    return known;
  }
  const bool ours = release->environment == parts_.environment && release->location.empty();
  const bool adopted = release->environment.empty() && parts_.adopt.contains(kSharedRelease);
  if (!ours && !adopted)
    return Foreign(
        "there is a release of that name in namespace " + parts_.helm.name_space + " which is somebody else's",
        "name it in `kubernetes.adopt` of this environment's settings to take it over");
  DAGITOPS_TRY(tools_.Recover(*release, ours && known.record.known && known.record.applied_version == 0));
  if (IsUnnoted(known.record, *release)) known.record = Applied(known.record, release->version, {});
  const bool standing = release->status != Release::Status::kUninstalling;
  if (standing && !(ours && known.record.intact)) DAGITOPS_TRY(TakeFromHelm(known.record));
  return known;
}

Result<SharedRecord> SharedDeployer::Read() {
  const auto map = parts_.api.Get(CollectionPath("v1", parts_.helm.name_space, "configmaps") + "/" + kSharedMap, kCall);
  if (map) return ReadSharedRecord(*map);
  if (map.error().code != "kube-not-found") return map.error();
  SharedRecord none;
  TakeValues("", none);
  return none;
}

// The values as Helm has them. What we know about a part stays true only where that part is as we know it.
Status SharedDeployer::TakeFromHelm(SharedRecord& record) {
  DAGITOPS_ASSIGN(const CommandResult said,
                  parts_.helms.Run(GetValuesCommand(parts_.helm, kSharedRelease, "yaml"), kSharedRelease));
  SharedRecord real = record;
  if (!TakeValues(said.output, real))
    return Foreign("its values cannot be read as those of the chart dagster-user-deployments",
                   "set `release: per-location` for this environment in dagitops.yaml");
  for (auto& [name, location] : real.locations) {
    const auto known = record.locations.find(name);
    if (!record.known || known == record.locations.end()) continue;
    std::string entry = std::move(location.entry);
    location = known->second;
    location.entry = std::move(entry);
  }
  if (record.known) real.base = {real.base.values, record.base.content, record.base.applied};
  record = std::move(real);
  return Ok();
}

Result<std::string> SharedDeployer::Try(const ManifestObject& object) { return tools_.DryRun(kSharedRelease, object); }

// Helm would refuse the whole change for one object that is another release's.
Status SharedDeployer::CheckOwner(const ManifestObject& object) {
  const std::string path = PathOf(object, parts_.helm.name_space);
  if (path.empty()) return Ok();
  const auto there = parts_.api.Get(path, kCall);
  if (!there && there.error().code == "kube-not-found") return Ok();
  if (!there) return About(there.error(), kSharedRelease, object.Title());
  const std::string owner = ReadOwnership(object.name, *there).release;
  if (owner == kSharedRelease) return Ok();
  return Error{
      ErrorKind::kStalled, "helm-foreign-object", "helm release " + std::string(kSharedRelease),
      object.Title() + (owner.empty() ? " is there and belongs to no Helm release" : " belongs to release " + owner),
      "rename the location, or remove that object; `release: single` takes over a release of its own name only"};
}

Result<int> SharedDeployer::Make(const Known& known, const SharedRecord& wanted) {
  SharedRecord record = wanted;
  DAGITOPS_TRY(Write(record));
  DAGITOPS_ASSIGN(const CommandResult result, parts_.helms.Upgrade(parts_.helm, Describe(known.chart, record)));
  const int version = RevisionIn(result.output);
  DAGITOPS_TRY(Note(known.record, record, version));
  return version;
}

HelmRelease SharedDeployer::Describe(const std::string& chart, const SharedRecord& record) const {
  HelmRelease release;
  release.name = kSharedRelease;
  release.chart = chart;
  release.values = SharedValues(record);
  release.labels = {{kEnvironment, parts_.environment}, {kContent, SharedDigest(record)}};
  return release;
}

Status SharedDeployer::Write(SharedRecord& record) {
  const std::string collection = CollectionPath("v1", parts_.helm.name_space, "configmaps");
  ApiWrite write;
  write.kind = record.exists ? ApiWrite::Kind::kMergePatch : ApiWrite::Kind::kCreate;
  write.path = record.exists ? collection + "/" + kSharedMap : collection;
  write.body = ToSharedMap(record, {parts_.helm.name_space, parts_.environment});
  const auto written = parts_.api.Write(write, kCall);
  if (written) return Ok();
  const std::string& code = written.error().code;
  const bool moved = code == "kube-exists" || code == "kube-conflict" || (record.exists && code == "kube-not-found");
  if (moved) return Again(written.error());
  return About(written.error(), kSharedRelease, kSharedMap);
}

Status SharedDeployer::Note(const SharedRecord& before, const SharedRecord& record, int version) {
  DAGITOPS_ASSIGN(const auto generations, Generations());
  for (const std::string& location : PutRight(before, record, generations)) {
    Log(LogLevel::kWarning,
        "a Deployment was changed by hand, and is as git has it again with all others of its release",
        {{"location", location}});
  }
  const std::string path = CollectionPath("v1", parts_.helm.name_space, "configmaps") + "/" + kSharedMap;
  const std::string body = SharedFactsPatch(Applied(record, version, generations));
  const auto noted = parts_.api.Write({ApiWrite::Kind::kMergePatch, path, body, false, false}, kCall);
  return noted ? Ok() : Status(Again(noted.error()));
}

// They are asked for, since the local copy may not have the newest ones yet.
Result<std::map<std::string, long long>> SharedDeployer::Generations() {
  const std::string labels = std::string(kServers) + ",app.kubernetes.io/instance=" + kSharedRelease;
  DAGITOPS_ASSIGN(
      const std::string answer,
      parts_.api.Get(CollectionPath("apps/v1", parts_.helm.name_space, "deployments", {labels, ""}), kCall));
  std::map<std::string, long long> generations;
  const boost::json::value list = ParseJson(answer);
  for (const boost::json::value& item : JsonView(&list)["items"].items()) {
    const JsonView metadata = JsonView(&item)["metadata"];
    generations[metadata["labels"]["deployment"].text()] = metadata["generation"].number();
  }
  return generations;
}

}  // namespace dagitops::kubernetes
