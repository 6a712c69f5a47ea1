#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "support/fake_clock.h"
#include "support/fake_command_runner.h"
#include "support/temp_dir.h"
#include "target/kubernetes/deployer.h"
#include "target/kubernetes/names.h"
#include "unit/target/kubernetes/fake_api.h"

namespace dagitops::kubernetes {

using support::FakeCommandRunner;
using Texts = std::vector<std::string>;

inline constexpr char kRecords[] = "/api/v1/namespaces/dagster/configmaps";
inline constexpr char kRecord[] = "/api/v1/namespaces/dagster/configmaps/dagitops-location-sales";
inline constexpr char kSecret[] = "/api/v1/namespaces/dagster/secrets/sh.helm.release.v1.sales.v3";
inline constexpr char kDeployments[] =
    "/apis/apps/v1/namespaces/dagster/"
    "deployments?labelSelector=deployment%3Dsales%2Capp.kubernetes.io%2Finstance%3Dsales";
inline constexpr char kService[] = "/api/v1/namespaces/dagster/services/sales";
inline constexpr char kDeployment[] = "/apis/apps/v1/namespaces/dagster/deployments/sales";
inline constexpr char kManifest[] =
    "---\napiVersion: v1\nkind: Service\nmetadata: {name: sales}\n---\napiVersion: example.com/v1\nkind: Widget\n"
    "metadata: {name: w}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: sales}\n";

// One order after another, on an API server and a helm that do what they are asked.
class DeployerTest : public testing::Test {
 protected:
  DeployerTest() {
    folder_.Write("code/Chart.yaml", "name: code\n");
    api_.on_get = [this](const std::string& path) -> Result<std::string> {
      if (path == "/version") return std::string(R"({"major": "1", "gitVersion": "v1.34.2"})");
      if (path == kDeployments) return deployments_;
      if (path == kDeployment && deployment_) return *deployment_;
      return ApiFailure("kube-not-found", ErrorKind::kInvalid);
    };
    runner_.answer = [this](const Command& command) -> Result<CommandResult> {
      api_.Note("helm " + command.arguments.at(1));
      if (command.arguments[1] == helm_fails_) return helm_result_;
      if (command.arguments[1] == "template") return FakeCommandRunner::Said(kManifest);
      return FakeCommandRunner::Said(made_);
    };
  }

  static Order Sales() {
    Order order;
    order.location = order.release = "sales";
    order.location_name = "Sales";
    order.content = "feed";
    order.revision = "r1";
    order.port = 3030;
    order.values = "deployments: []\n";
    order.former_ids = {"id-1"};
    return order;
  }
  static Before Present(Release::Status status = Release::Status::kDeployed) {
    Release release;
    release.name = release.location = "sales";
    release.version = 3;
    release.status = status;
    release.secret = "sh.helm.release.v1.sales.v3";
    release.resource_version = "55";
    Record record;
    record.location = "sales";
    record.resource_version = "77";
    return {release, record};
  }
  Result<int> Deploy(const Before& before, const Order& order = Sales()) { return deployer_.Deploy(order, before); }

  void FailHelm(const std::string& command, const std::string& errors) {
    helm_fails_ = command;
    CommandResult result;
    result.exit_code = 1;
    result.errors = errors;
    helm_result_ = result;
  }
  // Writes whose path ends so are answered with this.
  void FailWrite(const std::string& path, const Error& error) {
    api_.on_write = [path, error](const kube::ApiWrite& write) -> Result<std::string> {
      if (write.path.ends_with(path)) return error;
      return write.body;
    };
  }

  support::TempDir folder_;
  FakeApi api_;
  FakeCommandRunner runner_;
  Result<std::string> deployments_ = std::string(R"({"items": [{"metadata": {"generation": 9}}]})");
  std::optional<std::string> deployment_;
  std::string made_ = R"({"name": "sales", "version": 7})";  // as an upgrade tells it
  std::string helm_fails_;
  Result<CommandResult> helm_result_ = CommandResult();
  ChartOptions chart_options_{folder_ / "code", "", "", ""};
  HelmSettings helm_{"helm", "", "", "dagster", folder_.path(), {}};
  Chart chart_{{chart_options_, helm_, runner_}};
  ChartOptions system_options_{folder_.Write("system.tgz", "archive"), "", "", ""};
  Chart system_chart_{{system_options_, helm_, runner_}};
  std::string environment_ = "production";
  support::FakeClock clock_;
  CodeCheck check_{{api_, clock_, environment_, "dagster", std::chrono::minutes(10)}};
  HelmRunner helms_{runner_, 2};
  Beside beside_{{api_, clock_, "dagster", std::chrono::minutes(10)}};
  ForeignReleases foreign_{{api_, helms_, helm_, chart_, "dagitops-workspace"}};
  std::set<std::string> adopt_;
  Deployer deployer_{
      {api_, helms_, clock_, helm_, chart_, system_chart_, environment_, check_, beside_, foreign_, adopt_}};
};

}  // namespace dagitops::kubernetes
