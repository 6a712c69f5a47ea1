#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dagitops/base/result.h"
#include "dagitops/target/kubernetes/kubernetes_target.h"

#include "target/kubernetes/ownership.h"
#include "target/kubernetes/readings.h"
#include "target/kubernetes/record.h"
#include "target/kubernetes/release.h"
#include "target/kubernetes/shared_record.h"
#include "target/kubernetes/workload.h"
#include "target/kubernetes/workspace_map.h"

namespace dagitops::kubernetes {

// The local copies of everything that is followed, read.
class ClusterView {
 public:
  ClusterView(const Options& options, const Seams& seams);

  // Takes over what is new. kRetry "kube-not-synced" until each collection was seen once; the collection's own error
  // where it has been failing for longer than half a minute, since what is known may be wrong by then.
  Status Update();

  const std::map<std::string, Release>& releases() const { return releases_; }  // the newest of each name
  const std::map<std::string, Record>& records() const { return records_.all(); }
  const SharedRecord& shared() const;  // of the release for all
  const std::map<std::string, DeploymentView>& deployments() const { return deployments_.all(); }
  const std::map<std::string, PodView>& servers() const { return pods_.all(); }
  const std::map<std::string, PodView>& webservers() const { return webservers_.all(); }
  const std::map<std::string, PodView>& daemons() const { return daemons_.all(); }
  const std::map<std::string, PodView>& checks() const { return checks_.all(); }
  const std::map<std::string, Ownership>& services() const { return services_.all(); }
  const WorkspaceMap& workspace() const;

  // The ConfigMap as our own write left it, which the local copy need not have yet.
  void TakeWorkspace(std::string_view config_map, WallTime now);

 private:
  struct Followed {
    Snapshots snapshots;
    std::function<void(const kube::Objects&)> take;
    std::shared_ptr<const kube::Objects> taken;
  };
  void LookAtWorkspace();
  void Add(const Seams& seams, const Follow& follow, std::function<void(const kube::Objects&)> take);

  const Clock& clock_;
  Readings<Release> revisions_;  // by Secret
  Readings<Record> records_;
  Readings<SharedRecord> shared_;  // one or none
  Readings<DeploymentView> deployments_;
  Readings<PodView> pods_;
  Readings<PodView> webservers_;
  Readings<PodView> daemons_;
  Readings<PodView> checks_;
  Readings<Ownership> services_;
  std::map<std::string, Release> releases_;
  std::shared_ptr<const WorkspaceMap> seen_workspace_;  // by the watch
  std::shared_ptr<const WorkspaceMap> workspace_;
  std::string before_own_;             // version of the ConfigMap that our own write replaced
  std::optional<WallTime> own_write_;  // when that was
  std::vector<Followed> followed_;
};

}  // namespace dagitops::kubernetes
