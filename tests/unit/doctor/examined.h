#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "dagitops/base/text.h"
#include "dagitops/doctor/examine.h"

namespace dagitops::doctor {

// What an error of an adapter looks like.
inline Error Failure(const std::string& code, const std::string& hint = "") {
  return {ErrorKind::kStalled, code, "subject", "it failed", hint};
}

// An install where nothing is wrong.
inline KubernetesFacts GoodCluster() {
  KubernetesFacts facts;
  facts.environment = "production";
  facts.name_space = "dagster";
  facts.workspace_config_map = "dagitops-workspace";
  facts.chart_version = "1.12";
  facts.known_chart_versions = {"1.10", "1.12"};
  facts.helm_program = "helm";
  facts.selector = "component=webserver";
  facts.daemon_selector = "component=daemon";
  facts.account = "ada";
  facts.version = std::string("v1.34.2");
  facts.state = NamespaceFacts{true, false};
  facts.rights = std::vector<RightAnswer>{{{"apps", "deployments", "patch", "", "dry runs", Right::Use::kUsed}, true},
                                          {{"", "pods", "list", "", "pods are followed", Right::Use::kUsed}, true},
                                          {{"batch", "jobs", "create", "", "runs", Right::Use::kGiven}, true}};
  facts.refused = std::vector<RefusedPod>{};
  facts.helm = std::string("v3.19.4");
  facts.charts = {
      {"chart", "dagster-user-deployments", "/charts/code", "", ChartFacts{"dagster-user-deployments", "1.12.19"}}};
  const MountedWorkspace ours{"/dagster-workspace/workspace.yaml", "dagitops-workspace", false};
  facts.webservers = std::vector<DagsterPod>{{"web-1", "dagster", "dagster:1.12.19", true, false, {ours}}};
  facts.daemons =
      std::vector<DagsterPod>{{"daemon-1", "dagster", "registry:5000/dagster:1.12.19", true, false, {ours}}};
  facts.asked = {{"http://10.0.0.1:80", DagsterInstance{"1.12.19", "K8sRunLauncher", {{"sales", "1.12.3"}}}}};
  facts.umbrella = std::vector<std::string>{};
  facts.workspace = WorkspaceFacts{{"production"}, {}, {"registry.example.com/acme"}};
  facts.composed = ComposedFacts{{}, {"registry.example.com/acme/sales"}, true, false};
  return facts;
}

inline LookedChart& Code(KubernetesFacts& facts) { return facts.charts.front(); }
inline DagsterPod& Webserver(KubernetesFacts& facts) { return (**facts.webservers).front(); }

inline LocalFacts GoodMachine() {
  LocalFacts facts;
  facts.environment = "production";
  facts.python = "python3";
  facts.imported = std::string("1.13.27");
  facts.dagster_home = "/srv/dagster";
  facts.home_folder = true;
  facts.runtime_dir = "/run/dagitops";
  facts.runtime_folder = true;
  facts.webserver_url = "http://127.0.0.1:3000";
  facts.webserver = Error{ErrorKind::kRetry, "http-refused", "", "could not connect", ""};
  facts.composed = ComposedFacts{};
  return facts;
}

inline MachineFacts GoodState() {
  MachineFacts facts;
  facts.state_dir = "/var/lib/dagitops";
  facts.state_folder = true;
  facts.holder = std::string();
  facts.source = "https://git.example.com/w.git";
  facts.branch = "main";
  facts.revision = std::string("01234567");
  facts.workspace = WorkspaceFacts{{"production"}, {}, {}};
  return facts;
}

// "error right-missing | pods in namespace dagster | found | expected | fix; fix", of whatever is not fine.
inline std::vector<std::string> Findings(const Section& section) {
  std::vector<std::string> lines;
  for (const Check& check : section.checks) {
    if (check.level == Level::kOk) continue;
    const std::string level = check.level == Level::kError     ? "error"
                              : check.level == Level::kWarning ? "warning"
                                                               : "skipped";
    std::string line = level + " " + check.code + " | " + check.where + " | " + check.found;
    if (check.level != Level::kNotLookedAt) line += " | " + check.expected + " | " + Join(check.fix, "; ");
    lines.push_back(line);
  }
  return lines;
}

// One way of breaking a good install, and all that is told of it.
template <class Facts>
struct Broken {
  std::string name;
  std::function<void(Facts&)> breaks;
  std::vector<std::string> findings;
};

}  // namespace dagitops::doctor
