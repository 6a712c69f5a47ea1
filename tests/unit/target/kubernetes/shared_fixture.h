#pragma once

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "support/fake_clock.h"
#include "support/temp_dir.h"
#include "target/kubernetes/shared_deployer.h"
#include "unit/target/kubernetes/shared_cluster.h"
#include "unit/target/kubernetes/shared_orders.h"

namespace dagitops::kubernetes {

// A cluster, and one life of what works on it after another.
struct SharedWorld {
  SharedWorld() { folder.Write("code/Chart.yaml", "name: code\n"); }

  Outcomes Run(const std::vector<Order>& orders) { return deployer.Run(orders, cluster.release()); }

  support::TempDir folder;
  SharedCluster cluster;
  support::FakeClock clock;
  ChartOptions chart_options{folder / "code", "", "", ""};
  HelmSettings helm{"helm", "", "", "dagster", folder.path(), {}};
  HelmRunner helms{cluster, 2};
  Chart chart{{chart_options, helm, cluster}};
  std::string environment = "production";
  CodeCheck check{{cluster, clock, environment, "dagster", std::chrono::minutes(10)}};
  std::set<std::string> adopt;
  SharedDeployer deployer{{cluster, helms, clock, helm, chart, environment, check, adopt}};
};

}  // namespace dagitops::kubernetes
