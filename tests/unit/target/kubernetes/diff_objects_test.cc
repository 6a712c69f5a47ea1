#include "dagitops/target/kubernetes/diff_objects.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "support/fake_command_runner.h"
#include "support/temp_dir.h"
#include "unit/target/kubernetes/fake_api.h"

namespace dagitops::kubernetes {
namespace {

using support::FakeCommandRunner;
using Kind = ObjectChange::Kind;
using Texts = std::vector<std::string>;

constexpr char kServices[] = "/api/v1/namespaces/dagster/services/";

std::string Service(const std::string& name, int port) {
  return "apiVersion: v1\nkind: Service\nmetadata: {name: " + name + "}\nspec: {port: " + std::to_string(port) + "}\n";
}

// The same as the API server has it.
std::string Taken(const std::string& name, int port) {
  return R"({"apiVersion": "v1", "kind": "Service", "metadata": {"name": ")" + name + R"("}, "spec": {"port": )" +
         std::to_string(port) + "}}";
}

// A helm that renders one Service for each release, by its values, and an API server that has that of `sales`.
class DiffObjectsTest : public testing::Test {
 protected:
  DiffObjectsTest() {
    folder_.Write("code/Chart.yaml", "name: code\n");
    options_.environment = "production";
    options_.name_space = "dagster";
    options_.folder = folder_.path();
    options_.helm = "helm";
    options_.chart.path = folder_ / "code";
    api_.on_get = [this](const std::string& path) -> Result<std::string> {
      if (path == "/version") return std::string(R"({"gitVersion": "v1.34.2"})");
      if (path == std::string(kServices) + "sales") return live_;
      return ApiFailure("kube-not-found", ErrorKind::kInvalid);
    };
    api_.on_write = [](const kube::ApiWrite& write) -> Result<std::string> {
      const std::string name = write.path.substr(std::string(kServices).size());
      return Taken(name, write.body.find("port: 2") != std::string::npos ? 2 : 1);
    };
    runner_.answer = [this](const Command& command) -> Result<CommandResult> {
      const std::string& release = command.arguments.at(command.arguments[1] == "get" ? 3 : 2);
      if (command.arguments[1] == "get") return Manifest(release);
      if (command.input.find("broken") != std::string::npos) return Failed("Error: execution error at (x): no");
      return FakeCommandRunner::Said(Service(release, command.input == "new" ? 2 : 1));
    };
  }

  Result<CommandResult> Manifest(const std::string& release) const {
    const auto found = manifests_.find(release);
    return found == manifests_.end() ? Failed("Error: release: not found") : FakeCommandRunner::Said(found->second);
  }
  static CommandResult Failed(const std::string& errors) {
    CommandResult result;
    result.exit_code = 1;
    result.errors = errors;
    return result;
  }

  void Start(const std::string& location, const std::string& values) {
    PlanItem item;
    item.action = Action::kStart;
    item.location = location;
    item.server.emplace().location = location;
    item.server->values = values;
    plan_.items.push_back(item);
  }

  Result<std::vector<ObjectChange>> Diff() { return DiffObjects(options_, api_, runner_, desired_, plan_); }

  support::TempDir folder_;
  Options options_;
  FakeApi api_;
  FakeCommandRunner runner_;
  std::string live_ = Taken("sales", 1);
  std::map<std::string, std::string> manifests_{{"sales", Service("sales", 1)}};
  Desired desired_;
  Plan plan_;
};

TEST_F(DiffObjectsTest, TellsWhatTheServerWouldMakeOfAChange) {
  Start("sales", "new");
  EXPECT_EQ(Diff().value(),
            (std::vector<ObjectChange>{{Kind::kChanged, "sales", "Service/sales", "", {{"spec.port", "1", "2"}}}}));
  const auto writes = api_.writes();
  ASSERT_EQ(writes.size(), 1U);
  EXPECT_TRUE(writes[0].dry_run);
}

TEST_F(DiffObjectsTest, SaysNothingOfWhatStaysAsItIs) {
  Start("sales", "old");
  EXPECT_TRUE(Diff().value().empty());
}

TEST_F(DiffObjectsTest, NamesWhatIsNewAndWhatGoes) {
  manifests_["sales"] += "---\n" + Service("other", 1);
  Start("sales", "old");
  Start("hr", "new");
  EXPECT_EQ(Diff().value(), (std::vector<ObjectChange>{{Kind::kGone, "sales", "Service/other", "", {}},
                                                       {Kind::kNew, "hr", "Service/hr", "", {}}}));
}

TEST_F(DiffObjectsTest, NamesWhatGoesWithALocation) {
  desired_.removals.push_back({"sales", {}});
  EXPECT_EQ(Diff().value(), (std::vector<ObjectChange>{{Kind::kGone, "sales", "Service/sales", "", {}}}));
}

TEST_F(DiffObjectsTest, WhatIsToBeKeptDoesNotGo) {
  manifests_["sales"] +=
      "---\napiVersion: v1\nkind: Service\nmetadata: {name: other, annotations: {\n  helm.sh/resource-policy: keep}}\n";
  Start("sales", "old");
  EXPECT_TRUE(Diff().value().empty());
}

TEST_F(DiffObjectsTest, TellsWhatIsRefusedAndGoesOn) {
  api_.on_write = [](const kube::ApiWrite& write) -> Result<std::string> {
    if (write.path.ends_with("/sales")) return ApiFailure("kube-rejected", ErrorKind::kInvalid);
    return write.body;
  };
  Start("broken", "broken");
  Start("sales", "new");
  Start("hr", "new");
  const auto changes = Diff().value();
  ASSERT_EQ(changes.size(), 3U);
  EXPECT_EQ(changes[0].kind, Kind::kRefused);
  EXPECT_EQ(changes[0].object, "") << "by the chart";
  EXPECT_NE(changes[0].message.find("execution error"), std::string::npos) << changes[0].message;
  EXPECT_EQ(changes[1].kind, Kind::kRefused);
  EXPECT_EQ(changes[1].object, "Service/sales");
  EXPECT_EQ(changes[1].changes, (std::vector<FieldChange>{{"spec.port", "1", "2"}}));
  EXPECT_EQ(changes[2].kind, Kind::kNew);
}

TEST_F(DiffObjectsTest, WhatNoCommitMendsIsAnError) {
  api_.on_write = [](const kube::ApiWrite&) -> Result<std::string> {
    return ApiFailure("kube-forbidden", ErrorKind::kStalled);
  };
  Start("sales", "new");
  EXPECT_EQ(Diff().error().code, "kube-forbidden");
}

TEST_F(DiffObjectsTest, LooksAtWhatBelongsToAllInAnyCase) {
  desired_.base = DesiredRelease{"c", "old", "", false};
  EXPECT_EQ(Diff().value(),
            (std::vector<ObjectChange>{{Kind::kNew, "dagitops-base", "Service/dagitops-base", "", {}}}));
  desired_.base->refused = "paused";
  EXPECT_TRUE(Diff().value().empty());
}

TEST_F(DiffObjectsTest, OneReleaseForAllIsRenderedWhole) {
  desired_.base = DesiredRelease{"c", "port: 1\ndeployments: []\n", "", true};
  DesiredLocation& location = desired_.locations.emplace_back();
  location.name = "sales";
  location.servers.emplace_back().values = "deployments:\n  - name: \"sales\"\n";
  ASSERT_TRUE(Diff());
  ASSERT_FALSE(runner_.commands.empty());
  EXPECT_EQ(runner_.commands[0].arguments.at(2), "dagster-user-deployments");
  EXPECT_EQ(runner_.commands[0].input, "port: 1\ndeployments:\n  - name: \"sales\"\n");
}

}  // namespace
}  // namespace dagitops::kubernetes
