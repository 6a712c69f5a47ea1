#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/base/sync.h"
#include "dagitops/kube/api_client.h"

#include "target/kubernetes/beside.h"
#include "target/kubernetes/chart.h"
#include "target/kubernetes/code_check.h"
#include "target/kubernetes/foreign_releases.h"
#include "target/kubernetes/helm.h"
#include "target/kubernetes/helm_runner.h"
#include "target/kubernetes/manifest.h"
#include "target/kubernetes/order.h"
#include "target/kubernetes/record.h"
#include "target/kubernetes/release.h"

namespace dagitops::kubernetes {

// What was there when a deployment or a removal was ordered.
struct Before {
  std::optional<Release> release;
  std::optional<Record> record;
};

// Carries out what is ordered of one release, from its first write to Helm's end. Safe to call from any thread.
//
// Deploy: a pending revision that a killed helm left is removed first. A release that exists is rendered and every
// object of it sent to the API server as a dry run, so that what it refuses changes nothing. A version that wants its
// code checked first is rendered in any case, and its code loaded in a pod of its own. Then the record is written, Helm
// called, and what it made is noted in the record.
//
// What is taken over from somebody else's release is kept from its Helm first, and a location's new pods come up beside
// the old ones before Helm makes the release, and with it turns the Service to them.
class Deployer {
 public:
  struct Parts {
    kube::ApiClient& api;  // all of them outlive this
    HelmRunner& helms;
    const Clock& clock;
    const HelmSettings& helm;
    Chart& chart;
    Chart& system_chart;
    const std::string& environment;
    CodeCheck& check;
    Beside& beside;
    ForeignReleases& foreign;
    const std::set<std::string>& adopt;  // as in Options
  };
  explicit Deployer(const Parts& parts) : parts_(parts) {}

  // The version of the release that was made; 0 after a removal.
  Result<int> Deploy(const Order& order, const Before& before);
  Result<int> Remove(const Order& order, const Before& before);
  // Notes what a Deploy that was cut short had made.
  Result<int> Finish(const Order& order, const Release& release);

 private:
  Status Recover(const Before& before);
  Result<std::vector<ManifestObject>> Render(const HelmRelease& release);
  Result<std::vector<std::string>> DryRun(const std::string& release, const std::vector<ManifestObject>& rendered);
  Result<std::set<std::string>> OwnersOf(const HelmRelease& release, const std::vector<ManifestObject>& rendered);
  Status WriteRecord(const Order& order, const std::optional<Record>& before);
  Result<std::string> KubeVersion();
  HelmRelease Describe(const Order& order, std::string chart) const;
  Result<CommandResult> Upgrade(HelmRelease release);
  Status Note(const Order& order, int version);

  Parts parts_;
  Sync<std::string> kube_version_;  // empty: not asked yet
  Sync<bool> is_helm3_{false};      // it was seen that it is
};

}  // namespace dagitops::kubernetes
