#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "dagitops/target/kubernetes/kubernetes_target.h"

#include "support/fake_clock.h"
#include "support/temp_dir.h"
#include "target/kubernetes/workspace_map.h"
#include "unit/target/kubernetes/fake_api.h"

namespace dagitops::kubernetes {

// helm as threads call it. Remembers its first words.
class FakeHelm final : public CommandRunner {
 public:
  Result<CommandResult> Run(const Command& command) override {
    std::function<Result<CommandResult>(const Command&)> then;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      commands_.push_back(command.arguments.at(1));
      then = answer;
    }
    if (then) return then(command);
    CommandResult result;
    result.exit_code = 0;
    result.output = R"({"name": "sales", "version": 1})";
    return result;
  }
  std::vector<std::string> commands() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return commands_;
  }

  std::function<Result<CommandResult>(const Command&)> answer;  // set before anything is started

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> commands_;
};

// A cluster of collections that a test fills.
class TargetTest : public testing::Test {
 protected:
  TargetTest() {
    chart_.Write("Chart.yaml", "name: code\n");
    options_.environment = "production";
    options_.name_space = "dagster";
    options_.workspace_config_map = "dagitops-workspace";
    options_.chart.path = chart_.path();
    options_.webservers.selector = "component=dagster-webserver";
    options_.webservers.daemon_selector = "component=dagster-daemon";
    options_.folder = chart_ / "helm";
  }
  ~TargetTest() override { target_.reset(); }

  KubernetesTarget& Target() {
    if (!target_) {
      const auto follow = [this](const Follow& what) -> Snapshots {
        followed_.push_back((what.metadata_only ? "metadata of " : "") + what.path);
        kube::CollectionSnapshot& collection = collections_.try_emplace(Kind(what.path), Synced()).first->second;
        return [&collection] { return collection; };
      };
      target_ = std::make_unique<KubernetesTarget>(options_, Seams{api_, follow, helm_, clock_, [this] { Wake(); }});
    }
    return *target_;
  }

  static kube::CollectionSnapshot Synced() {
    kube::CollectionSnapshot snapshot;
    snapshot.objects = std::make_shared<const kube::Objects>();
    snapshot.synced = true;
    return snapshot;
  }
  // "secrets", "records", "deployments", "services", "servers", "checks", "workspace", "webservers", "daemons".
  static std::string Kind(const std::string& path) {
    const auto has = [&](const char* part) { return path.find(part) != std::string::npos; };
    if (has("/secrets?")) return "secrets";
    if (has("/deployments?")) return "deployments";
    if (has("/services?")) return "services";
    if (has("fieldSelector=")) return "workspace";
    if (has("/configmaps?")) return "records";
    if (has("%2Fcheck%2C")) return "checks";
    if (has("dagster-webserver")) return "webservers";
    return has("dagster-daemon") ? "daemons" : "servers";
  }
  void Put(const std::string& kind, const std::string& name, const std::string& json) {
    kube::CollectionSnapshot& collection = collections_.try_emplace(kind, Synced()).first->second;
    auto objects = std::make_shared<kube::Objects>(*collection.objects);
    (*objects)[name] = std::make_shared<const std::string>(json);
    collection.objects = std::move(objects);
  }
  void Clear(const std::string& kind) { collections_.at(kind).objects = std::make_shared<const kube::Objects>(); }

  // What is published by us, as the collection has it after the write.
  void PutWorkspace(const std::string& text, const std::string& version = "9") {
    std::string body = WorkspaceBody({}, {"dagster", "dagitops-workspace", "production", text, clock_.Now()});
    body.insert(body.find("\"metadata\":{") + 12, "\"resourceVersion\":\"" + version + "\",");
    Put("workspace", "dagitops-workspace", body);
  }
  static std::string WebserverPod(const std::string& annotations = "{}") {
    return R"({"metadata": {"annotations": )" + annotations +
           R"(}, "spec": {"containers": [{"ports": [{"containerPort": 80}]}]},
      "status": {"phase": "Running", "podIP": "10.0.0.7", "conditions": [{"type": "Ready", "status": "True"}]}})";
  }

  Observed Observe() {
    auto observed = Target().Observe();
    EXPECT_TRUE(observed) << observed.error().Text();
    return observed ? *std::move(observed) : Observed();
  }
  Status Publish(const std::string& text) {
    PlanItem item;
    item.action = Action::kPublish;
    item.text = text;
    return Target().Apply(item);
  }
  static PlanItem StartItem(const std::string& content = "1") {
    PlanItem item;
    item.action = Action::kStart;
    item.location = "sales";
    item.content = content;
    item.former_ids = {"id-1"};
    item.server = DesiredServer{};
    item.server->location = item.server->location_name = "sales";
    item.server->content = content;
    item.server->address.port = 3030;
    item.server->values = "deployments: []\n";
    return item;
  }

  void Wake() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++woken_;
    changed_.notify_all();
  }
  // Until the target's threads have ended so many jobs since the test began.
  void AwaitJobs(int count) {
    std::unique_lock<std::mutex> lock(mutex_);
    ASSERT_TRUE(changed_.wait_for(lock, std::chrono::seconds(20), [&] { return woken_ >= count; }));
  }

  support::TempDir chart_;
  support::FakeClock clock_;
  FakeApi api_;
  FakeHelm helm_;
  Options options_;
  std::map<std::string, kube::CollectionSnapshot> collections_;  // references into it stay
  std::vector<std::string> followed_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int woken_ = 0;
  std::unique_ptr<KubernetesTarget> target_;
};

inline constexpr char kText[] =
    "load_from:\n  - grpc_server:\n      host: \"sales\"\n      port: 3030\n      location_name: \"sales\"\n";
inline constexpr char kNothing[] = "load_from: []\n";

}  // namespace dagitops::kubernetes
