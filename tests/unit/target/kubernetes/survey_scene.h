#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "dagitops/render/workspace_yaml.h"

#include "support/world.h"
#include "target/kubernetes/names.h"
#include "target/kubernetes/shared_change.h"
#include "target/kubernetes/survey.h"

namespace dagitops::kubernetes {

// A location "sales" whose release holds content 1 and runs, as its record remembers; published.
struct Scene {
  std::map<std::string, Release> releases;
  std::map<std::string, Record> records;
  std::map<std::string, DeploymentView> deployments;
  std::map<std::string, PodView> pods;
  WorkspaceMap workspace;
  std::map<std::string, Operation> operations;
  std::map<LogWanted, std::string> logs;
  std::set<std::string> adopt;
  std::map<std::string, Ownership> services;
  SharedRecord shared;

  Scene() {
    Release& release = releases["sales"];
    release.name = release.location = "sales";
    release.environment = "production";
    release.content = "1";
    release.version = 3;
    release.status = Release::Status::kDeployed;
    release.since = support::kNow - std::chrono::minutes(1);
    Record& record = records["dagitops-location-sales"];
    record.location = record.location_name = "sales";
    record.content = "1";
    record.port = 3030;
    record.applied_version = 3;
    record.applied_generation = 5;
    record.former_ids = {"id-0"};
    services["sales"] = {"sales", "sales", 3030};
    DeploymentView& deployment = deployments["sales-code-sales"];
    deployment.location = deployment.release = "sales";
    deployment.port = 3030;
    deployment.generation = deployment.observed_generation = 5;
    deployment.wanted = deployment.total = deployment.updated = deployment.available = 1;
    PodView& pod = pods["sales-x1"];
    pod.name = "sales-x1";
    pod.location = pod.release = "sales";
    pod.ready = true;
    Publish({{"sales", "sales", 3030, "", false, {}}});
  }

  void Publish(const std::vector<WorkspaceEntry>& entries) {
    workspace.text = render::WorkspaceYaml(entries).value();
    workspace.entries = entries;
  }
  Release& TheRelease() { return releases["sales"]; }
  Record& TheRecord() { return records["dagitops-location-sales"]; }
  DeploymentView& TheDeployment() { return deployments["sales-code-sales"]; }
  PodView& ThePod() { return pods["sales-x1"]; }
  Operation& TheOperation() { return operations["sales"]; }
  void RemoveRelease() {
    releases.clear();
    deployments.clear();
    pods.clear();
  }
  // Nothing of the location is there.
  void RemoveAll() {
    RemoveRelease();
    records.clear();
  }

  // Release "old", which may be taken over, serves the location; nothing of it is ours.
  void ServeFromOldRelease() {
    RemoveAll();
    adopt = {"old"};
    services["sales"] = {"old", "sales", 3030};
    DeploymentView& deployment = deployments["old-sales"];
    deployment.location = "sales";
    deployment.release = "old";
    deployment.available = 1;
  }

  // The same location, in the release for all: with "hr", whose content is 8.
  void ServeFromShared() {
    RemoveAll();
    Release& release = releases[kSharedRelease];
    release.name = kSharedRelease;
    release.environment = "production";
    release.version = 3;
    release.status = Release::Status::kDeployed;
    for (const auto& [name, content] : {std::pair<std::string, std::string>{"sales", "1"}, {"hr", "8"}}) {
      shared.locations[name] = {"deployments: [{name: " + name + "}]\n", content, name, "r1", 3030, {"id-0"}, true, 5};
      services[name] = {kSharedRelease, name, 3030};
      DeploymentView& deployment = deployments["dagster-user-deployments-" + name];
      deployment.location = name;
      deployment.release = kSharedRelease;
      deployment.port = 3030;
      deployment.generation = deployment.observed_generation = 5;
      deployment.wanted = deployment.total = deployment.updated = deployment.available = 1;
      PodView& pod = pods[name + "-x1"];
      pod.name = name + "-x1";
      pod.location = name;
      pod.release = kSharedRelease;
      pod.ready = true;
    }
    shared.base = {"{}\n", "b1", true};
    shared.applied_version = 3;
    shared.exists = shared.known = shared.intact = true;
  }
  // Helm has not made of it what its record says by now: `sales` is to be 2.
  void BeginSharedChange() {
    SharedLocation& sales = shared.locations["sales"];
    shared.former["sales"] = sales;
    sales.content = "2";
    sales.applied = false;
    shared.applied_version = 0;
  }
  static Order DeployShared(const std::string& content) {
    Order order = Deploy(content);
    order.shared = true;
    return order;
  }

  static Order Deploy(const std::string& content, int port = 3030) {
    Order order;
    order.location = order.location_name = "sales";
    order.content = content;
    order.port = port;
    return order;
  }
  static Order Remove(const std::string& content) {
    Order order = Deploy(content);
    order.kind = Order::Kind::kRemove;
    return order;
  }
  void Fail(const Order& order, ErrorKind kind) {
    TheOperation().failed = order;
    TheOperation().error = Error{kind, "code", "helm release sales", "it went wrong", ""};
    TheOperation().retry_at = support::kNow + std::chrono::milliseconds(4500);
  }

  Survey Make() const {
    return MakeSurvey({"production", "dagster", releases, records, deployments, pods, workspace, operations, logs,
                       support::kNow, std::chrono::minutes(10), adopt, services, &shared});
  }
};

inline std::string StateText(ServerState state) {
  switch (state) {
    case ServerState::kPreparing:
      return "preparing";
    case ServerState::kStarting:
      return "starting";
    case ServerState::kReady:
      return "ready";
    case ServerState::kBroken:
      return "broken";
    case ServerState::kFailed:
      return "failed";
    case ServerState::kStopping:
      return "stopping";
  }
  return "";
}

// "sales@1 ready sales:3030 published; <reason>; edited: …"
inline std::string Line(const ObservedServer& server) {
  std::string line =
      server.location + "@" + server.content + " " + StateText(server.state) + " " + AddressKey(server.address);
  if (server.published) line += " published";
  if (server.retired) line += " retired";
  if (!server.reason.empty()) line += "; " + server.reason;
  if (!server.edited.empty()) line += "; edited: " + server.edited;
  if (!server.foreign.empty()) line += "; from " + server.foreign;
  return line;
}

// What a change of the scene comes to.
struct SurveyCase {
  const char* name;
  std::function<void(Scene&)> change;
  std::vector<std::string> servers;  // as Line
  std::vector<std::string> notes = {};
  std::vector<std::string> unfinished = {};
};

inline void ExpectSurvey(const SurveyCase& the) {
  Scene scene;
  the.change(scene);
  const Survey survey = scene.Make();
  std::vector<std::string> servers;
  for (const ObservedServer& server : survey.servers) {
    servers.push_back(Line(server));
    EXPECT_EQ(server.active_runs, 0) << "runs have pods of their own";
  }
  EXPECT_EQ(servers, the.servers);
  EXPECT_EQ(survey.notes, the.notes);
  EXPECT_EQ(survey.unfinished, the.unfinished);
}

}  // namespace dagitops::kubernetes
