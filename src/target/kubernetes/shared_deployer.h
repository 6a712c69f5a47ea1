#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/base/result.h"
#include "dagitops/kube/api_client.h"

#include "target/kubernetes/chart.h"
#include "target/kubernetes/code_check.h"
#include "target/kubernetes/helm.h"
#include "target/kubernetes/helm_runner.h"
#include "target/kubernetes/manifest.h"
#include "target/kubernetes/order.h"
#include "target/kubernetes/release.h"
#include "target/kubernetes/release_tools.h"
#include "target/kubernetes/shared_record.h"

namespace dagitops::kubernetes {

// How each order of several went, by location: the version of the release.
using Outcomes = std::map<std::string, Result<int>>;

// Carries out what is ordered of the release that all locations are in: some orders at once, by one Helm. Safe to call
// from any thread, one call at a time but for Check.
//
// What the release is made of is read anew each time, from the ConfigMap or, where that is gone or was changed by hand,
// from Helm. It is composed with the orders, rendered, and every object that they may change sent to the API server as
// a dry run. What is refused is the fault of one order: that one fails, and all is composed again without it. Then the
// ConfigMap is written, Helm called, and what it made is noted in the ConfigMap.
class SharedDeployer {
 public:
  struct Parts {
    kube::ApiClient& api;  // all of them outlive this
    HelmRunner& helms;
    const Clock& clock;
    const HelmSettings& helm;
    Chart& chart;
    const std::string& environment;
    CodeCheck& check;
    const std::set<std::string>& adopt;  // as in Options
  };
  explicit SharedDeployer(const Parts& parts)
      : parts_(parts), tools_({parts.api, parts.helms, parts.clock, parts.helm}) {}

  // `release`: as it was seen before; nullopt: there is none. At most one order a location; "" is the base.
  Outcomes Run(const std::vector<Order>& orders, const std::optional<Release>& release);

  // Loads the code of a version in a pod of its own. The version of the release that has it already, otherwise 0.
  Result<int> Check(const Order& order, const std::optional<Release>& release);

  // Notes what a Run that was cut short had made.
  Result<int> Finish(const Release& release);

  // Takes locations out of it that are releases of their own now, and it away where nothing is left.
  Status Trim(const Release& release, const std::set<std::string>& locations);

 private:
  // What there is before a change.
  struct Known {
    std::string chart;
    SharedRecord record;
  };

  Result<Known> Load(const std::optional<Release>& release);
  Result<SharedRecord> Read();
  Status TakeFromHelm(SharedRecord& record);
  Result<std::string> Try(const ManifestObject& object);
  Status CheckOwner(const ManifestObject& object);
  Result<int> Make(const Known& known, const SharedRecord& record);
  Status Write(SharedRecord& record);
  Status Note(const SharedRecord& before, const SharedRecord& record, int version);
  Result<std::map<std::string, long long>> Generations();
  HelmRelease Describe(const std::string& chart, const SharedRecord& record) const;

  Parts parts_;
  ReleaseTools tools_;
};

}  // namespace dagitops::kubernetes
