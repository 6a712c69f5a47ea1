#include "dagitops/target/kubernetes/rights.h"

#include <array>
#include <set>
#include <tuple>

#include "dagitops/base/text.h"

namespace dagitops::kubernetes {
namespace {

using doctor::Right;

struct Row {
  const char* group;
  const char* resources;
  const char* verbs;
  const char* why;
};

constexpr char kCharts[] = "objects of the chart: the server-side dry run of a version, and what helm does with them";
constexpr char kSystem[] = "objects of the chart dagster, by helm";
constexpr char kRuns[] = "the chart's Role lets Dagster start runs, and only who has a right may give it";

constexpr auto kUsed = std::to_array<Row>({
    {"", "secrets", "get list create update delete", "helm keeps its releases in Secrets"},
    {"", "secrets", "watch", "which releases there are is followed"},
    {"", "configmaps", "get list watch create update patch delete",
     "values, workspace.yaml and the variables of servers are ConfigMaps"},
    {"apps", "deployments", "get create patch delete", kCharts},
    {"apps", "deployments", "list watch", "rollouts are followed"},
    {"", "services serviceaccounts", "get create patch delete", kCharts},
    {"", "services", "list watch", "that each code server has its Service, and whose that is, is followed"},
    {"rbac.authorization.k8s.io", "roles rolebindings", "get create patch delete", kCharts},
    {"", "pods", "list watch", "servers, webservers and daemon are followed"},
    {"", "pods", "create delete", "a pod loads a version's code once (gate: candidate)"},
    {"", "pods", "patch", "webservers and daemon are told of a new workspace.yaml by an annotation"},
    {"", "pods/log", "get", "why a server ended is in its log"},
});

// The Role of the charts 1.10.5 and 1.12.19, templates/role.yaml.
constexpr auto kGiven = std::to_array<Row>({
    {"batch", "jobs", "create delete deletecollection get list patch update watch", kRuns},
    {"batch", "jobs/status", "get list watch", kRuns},
    {"", "pods events", "create delete deletecollection get list patch update watch", kRuns},
    {"", "pods/log pods/status", "get list watch", kRuns},
});

constexpr auto kOfSystem = std::to_array<Row>({
    {"", "secrets", "patch", "the chart dagster has a Secret: the server-side dry run of a version"},
    {"apps", "statefulsets", "get create patch delete", kSystem},
    {"batch", "jobs", "get create patch delete", kSystem},
    {"networking.k8s.io", "ingresses networkpolicies", "get create patch delete", kSystem},
    {"policy", "poddisruptionbudgets", "get create patch delete", kSystem},
    {"autoscaling", "horizontalpodautoscalers", "get create patch delete", kSystem},
});

// What is both used and given is told as used.
class Table {
 public:
  template <class Rows>
  void Add(const Rows& rows, Right::Use use) {
    for (const Row& row : rows) {
      for (const std::string& resource : Split(row.resources, ' ')) {
        for (const std::string& verb : Split(row.verbs, ' ')) Add({row.group, resource, verb, "", row.why, use});
      }
    }
  }

  void Add(Right right) {
    if (known_.insert({right.group, right.resource, right.verb}).second) rights_.push_back(std::move(right));
  }

  std::vector<Right> Take() { return std::move(rights_); }

 private:
  std::set<std::tuple<std::string, std::string, std::string>> known_;
  std::vector<Right> rights_;
};

}  // namespace

std::vector<Right> NeededRights(const RightsScope& scope) {
  Table table;
  table.Add(kUsed, Right::Use::kUsed);
  if (scope.system) table.Add(kOfSystem, Right::Use::kUsed);
  if (!scope.lease.empty()) {
    const std::string group = "coordination.k8s.io";
    const std::string why = "one dagitops at a time";
    table.Add({group, "leases", "create", "", why, Right::Use::kUsed});
    table.Add({group, "leases", "get", scope.lease, why, Right::Use::kUsed});
    table.Add({group, "leases", "update", scope.lease, why, Right::Use::kUsed});
  }
  table.Add(kGiven, Right::Use::kGiven);
  return table.Take();
}

}  // namespace dagitops::kubernetes
