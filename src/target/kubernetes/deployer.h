#pragma once

#include <functional>
#include <map>
#include <optional>
#include <semaphore>
#include <string>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/base/sync.h"
#include "dagitops/kube/api_client.h"
#include "dagitops/process/command_runner.h"

#include "target/kubernetes/chart.h"
#include "target/kubernetes/code_check.h"
#include "target/kubernetes/helm.h"
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
class Deployer {
 public:
  struct Parts {
    kube::ApiClient& api;  // both outlive this
    CommandRunner& commands;
    const Clock& clock;
    const HelmSettings& helm;
    Chart& chart;
    Chart& system_chart;
    const std::string& environment;
    CodeCheck& check;
    int parallel = 4;  // helm processes at once
  };
  explicit Deployer(const Parts& parts) : parts_(parts), free_(parts.parallel) {}

  // The version of the release that was made; 0 after a removal.
  Result<int> Deploy(const Order& order, const Before& before);
  Result<int> Remove(const Order& order, const Before& before);
  // Notes what a Deploy that was cut short had made.
  Result<int> Finish(const Order& order, const Release& release);

 private:
  Status Recover(const Before& before);
  Result<std::vector<std::string>> DryRun(const HelmRelease& release);
  Status WriteRecord(const Order& order, const std::optional<Record>& before);
  Result<CommandResult> Run(const Command& command, const std::string& release);
  Result<std::string> KubeVersion();
  HelmRelease Describe(const Order& order, std::string chart) const;
  Status Note(const Order& order, int version);

  Parts parts_;
  std::counting_semaphore<> free_;  // helm processes that may be started
  Sync<std::string> kube_version_;  // empty: not asked yet
};

}  // namespace dagitops::kubernetes
