#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "dagitops/kube/api_client.h"
#include "dagitops/process/command_runner.h"

#include "support/faults.h"
#include "target/kubernetes/release.h"
#include "target/kubernetes/shared_record.h"
#include "target/kubernetes/workload.h"

namespace dagitops::kubernetes {

// An API server with one ConfigMap, and a Helm with one release of a chart that makes a Deployment and a Service for
// each entry. Every step of either counts in `faults`, those inside of a helm too.
class SharedCluster final : public kube::ApiClient, public CommandRunner {
 public:
  struct Revision {
    Release release;
    std::string values;
  };
  struct Running {
    std::string entry;
    long long generation = 0;
  };

  Result<std::string> Get(const std::string& path, Duration deadline) override;
  Result<std::string> Write(const kube::ApiWrite& write, Duration deadline) override;
  Status Delete(const kube::ApiDelete& removal, Duration deadline) override;
  Status Watch(const std::string&, const std::string&, Duration,
               const std::function<bool(std::string_view)>&) override {
    return Ok();
  }
  Result<CommandResult> Run(const Command& command) override;

  // As they are seen from outside.
  std::optional<Release> release() const;
  SharedRecord record() const;
  std::map<std::string, DeploymentView> views() const;
  int upgrades() const { return upgrades_; }

  support::Faults faults;
  std::vector<Revision> revisions;                              // of the release, oldest first
  std::map<std::string, Running> deployments;                   // by location
  std::optional<boost::json::object> map;                       // the ConfigMap
  std::map<std::string, std::string> owners;                    // of what else there is: release by name of a Service
  std::function<std::string(const std::string& entry)> refuse;  // the API server's words about it; empty: it takes it

 private:
  Result<CommandResult> Upgrade(const Command& command);
  Result<CommandResult> Uninstall();
  void Step(const std::string& name, const std::function<void()>& step);
  Result<CommandResult> Template(const Command& command) const;
  static CommandResult Said(const std::string& output, int code = 0);

  int version_ = 0;  // of the ConfigMap
  int upgrades_ = 0;
};

}  // namespace dagitops::kubernetes
