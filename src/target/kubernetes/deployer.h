#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "dagitops/base/clock.h"
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
#include "target/kubernetes/release_tools.h"

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
// What is taken over from another release is kept from its Helm first, and a location's new pods come up beside
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
  explicit Deployer(const Parts& parts) : parts_(parts), tools_({parts.api, parts.helms, parts.clock, parts.helm}) {}

  // The version of the release that was made; 0 after a removal.
  Result<int> Deploy(const Order& order, const Before& before);
  Result<int> Remove(const Order& order, const Before& before);
  // Notes what a Deploy that was cut short had made.
  Result<int> Finish(const Order& order, const Release& release);

 private:
  bool MayTakeOver(const Order& order) const;
  Result<std::vector<std::string>> DryRun(const std::string& release, const std::vector<ManifestObject>& rendered);
  Result<std::set<std::string>> OwnersOf(const Order& order, const std::vector<ManifestObject>& rendered);
  Status WriteRecord(const Order& order, const std::optional<Record>& before);
  HelmRelease Describe(const Order& order, std::string chart) const;
  Status Note(const Order& order, int version, const std::string& deployment);
  Result<long long> Generation(const Order& order, const std::string& deployment);

  Parts parts_;
  ReleaseTools tools_;
};

}  // namespace dagitops::kubernetes
