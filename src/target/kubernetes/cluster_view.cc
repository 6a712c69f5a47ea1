#include "target/kubernetes/cluster_view.h"

#include <utility>

#include "target/kubernetes/names.h"

namespace dagitops::kubernetes {
namespace {

constexpr char kHelmSecrets[] = "owner=helm";       // helm v3.19, pkg/storage/driver/secrets.go
constexpr Duration kLag = std::chrono::seconds(5);  // of a watch, at most
constexpr Duration kStale = std::chrono::seconds(30);

}  // namespace

ClusterView::ClusterView(const Options& options, const Seams& seams)
    : clock_(seams.clock),
      revisions_(ReadRelease),
      records_([](const std::string& /*name*/, std::string_view text) { return ReadRecord(text); }),
      shared_([](const std::string& /*name*/, std::string_view text) { return ReadSharedRecord(text); }),
      deployments_(ReadDeployment),
      pods_(ReadPod),
      webservers_(ReadPod),
      daemons_(ReadPod),
      checks_(ReadPod),
      services_(ReadOwnership) {
  const std::string& ns = options.name_space;
  const auto read_all = [](auto& readings) {
    return [&readings](const kube::Objects& objects) { readings.Update(objects); };
  };
  Add(seams, {CollectionPath("v1", ns, "secrets", {kHelmSecrets, ""}), true}, [this](const kube::Objects& objects) {
    revisions_.Update(objects);
    releases_ = NewestReleases(revisions_.all());
  });
  Add(seams, {CollectionPath("v1", ns, "configmaps", {RecordSelector(options.environment), ""}), false},
      [this](const kube::Objects& objects) {
        const auto found = objects.find(kSharedMap);
        shared_.Update(found == objects.end() ? kube::Objects() : kube::Objects{*found});
        if (found == objects.end()) return records_.Update(objects);
        kube::Objects rest = objects;
        rest.erase(kSharedMap);
        records_.Update(rest);
      });
  Add(seams, {CollectionPath("apps/v1", ns, "deployments", {kServers, ""}), false}, read_all(deployments_));
  Add(seams, {CollectionPath("v1", ns, "pods", {kServers, ""}), false}, read_all(pods_));
  const std::string checks = std::string(kCheck) + "," + kEnvironment + "=" + options.environment;
  Add(seams, {CollectionPath("v1", ns, "pods", {checks, ""}), false}, read_all(checks_));
  Add(seams, {CollectionPath("v1", ns, "services", {kServers, ""}), false}, read_all(services_));
  const std::string name = options.workspace_config_map;
  Add(seams, {CollectionPath("v1", ns, "configmaps", {"", "metadata.name=" + name}), false},
      [this, name](const kube::Objects& objects) {
        const auto found = objects.find(name);
        seen_workspace_.reset();
        if (found != objects.end())
          seen_workspace_ = std::make_shared<const WorkspaceMap>(ReadWorkspaceMap(*found->second));
      });
  if (!options.webservers.selector.empty())
    Add(seams, {CollectionPath("v1", ns, "pods", {options.webservers.selector, ""}), false}, read_all(webservers_));
  if (!options.webservers.daemon_selector.empty())
    Add(seams, {CollectionPath("v1", ns, "pods", {options.webservers.daemon_selector, ""}), false}, read_all(daemons_));
}

void ClusterView::Add(const Seams& seams, const Follow& follow, std::function<void(const kube::Objects&)> take) {
  followed_.push_back({seams.follow(follow), std::move(take), nullptr});
}

Status ClusterView::Update() {
  for (Followed& followed : followed_) {
    const kube::CollectionSnapshot snapshot = followed.snapshots();
    if (!snapshot.synced) {
      if (snapshot.error) return *snapshot.error;
      return Error{ErrorKind::kRetry, "kube-not-synced", "cluster", "its objects are being listed", ""};
    }
    if (snapshot.error && TimeUntil(snapshot.failing_since + kStale, clock_.Now(), kStale) == Duration(0))
      return *snapshot.error;
    if (followed.taken == snapshot.objects) continue;
    followed.take(*snapshot.objects);
    followed.taken = snapshot.objects;
  }
  LookAtWorkspace();
  return Ok();
}

void ClusterView::TakeWorkspace(std::string_view config_map, WallTime now) {
  before_own_ = workspace().resource_version;
  own_write_ = now;
  workspace_ = std::make_shared<const WorkspaceMap>(ReadWorkspaceMap(config_map));
}

// What we wrote ourselves is newer than what a watch has not brought yet.
void ClusterView::LookAtWorkspace() {
  const bool fresh = own_write_ && TimeUntil(*own_write_ + kLag, clock_.Now(), kLag) > Duration(0);
  if (fresh && (seen_workspace_ ? seen_workspace_->resource_version : "") == before_own_) return;
  own_write_.reset();
  workspace_ = seen_workspace_;
}

const WorkspaceMap& ClusterView::workspace() const {
  static const WorkspaceMap kNone;
  return workspace_ ? *workspace_ : kNone;
}

const SharedRecord& ClusterView::shared() const {
  static const SharedRecord kNone;
  const auto found = shared_.all().find(kSharedMap);
  return found == shared_.all().end() ? kNone : found->second;
}

}  // namespace dagitops::kubernetes
