#include "dagitops/target/kubernetes/read_install.h"

#include <gtest/gtest.h>

#include <string>

#include "support/fake_command_runner.h"
#include "unit/target/kubernetes/fake_api.h"

namespace dagitops::kubernetes {
namespace {

using support::FakeCommandRunner;

std::string Deployment(const std::string& release, const std::string& location) {
  return R"({"metadata": {"labels": {"app.kubernetes.io/instance": ")" + release + R"(", "deployment": ")" + location +
         "\"}}}";
}

// Release "old" with two code servers, one of ours beside it, and a webserver.
class ReadInstallTest : public testing::Test {
 protected:
  ReadInstallTest() {
    options_.environment = "production";
    options_.name_space = "dagster";
    options_.workspace_config_map = "dagitops-workspace";
    options_.webservers.selector = "component=dagster-webserver";
    options_.folder = "/helm";
    api_.on_get = [this](const std::string& path) -> Result<std::string> {
      const auto has = [&](const char* part) { return path.find(part) != std::string::npos; };
      if (has("/deployments?")) return R"({"items": [)" + deployments_ + "]}";
      if (has("/pods?")) return R"({"items": [)" + webserver_ + "]}";
      if (has("/configmaps?"))
        return std::string(R"({"items": [{"metadata": {"labels": {"dagitops.dev/location": "ours"}}}]})");
      if (has("/configmaps/dagster-workspace-yaml")) return map_;
      return ApiFailure("kube-not-found", ErrorKind::kInvalid);
    };
    helm_.answer = [](const Command& command) -> Result<CommandResult> {
      if (command.arguments.at(2) == "values") return FakeCommandRunner::Said("deployments: []\n");
      return FakeCommandRunner::Said(R"({"chart": "dagster-user-deployments", "version": "1.12.19"})");
    };
  }

  std::string deployments_ =
      Deployment("old", "sales") + "," + Deployment("old", "hr") + "," + Deployment("ours", "ours");
  std::string webserver_ = R"({"spec": {
    "containers": [{"command": ["sh", "-c", "dagster-webserver -w /ws/workspace.yaml"],
                    "volumeMounts": [{"name": "instance", "mountPath": "/i"}, {"name": "ours", "mountPath": "/ws"}]}],
    "volumes": [{"name": "instance", "configMap": {"name": "i"}},
                {"name": "ours", "configMap": {"name": "dagster-workspace-yaml"}}]}})";
  Result<std::string> map_ = std::string(R"({"metadata": {"annotations": {"meta.helm.sh/release-name": "dagster"}},
    "data": {"workspace.yaml": "load_from: []"}})");
  Options options_;
  FakeApi api_;
  FakeCommandRunner helm_;
};

TEST_F(ReadInstallTest, TellsWhatIsNotOurs) {
  const auto install = ReadInstall(options_, api_, helm_);
  ASSERT_TRUE(install) << install.error().Text();
  EXPECT_EQ(install->name_space, "dagster");
  ASSERT_EQ(install->releases.size(), 1U);
  EXPECT_EQ(install->releases[0].name, "old");
  EXPECT_EQ(install->releases[0].chart, "dagster-user-deployments");
  EXPECT_EQ(install->releases[0].version, "1.12.19");
  EXPECT_EQ(install->releases[0].values, "deployments: []\n");
  EXPECT_EQ(install->releases[0].servers, (std::vector<std::string>{"hr", "sales"}));
  EXPECT_EQ(install->workspace_map, "dagster-workspace-yaml");
  EXPECT_EQ(install->workspace_release, "dagster");
  EXPECT_EQ(install->workspace, "load_from: []");
  EXPECT_TRUE(api_.writes().empty());
}

TEST_F(ReadInstallTest, DoesWithoutAWebserver) {
  webserver_.clear();
  const auto install = ReadInstall(options_, api_, helm_);
  ASSERT_TRUE(install) << install.error().Text();
  EXPECT_EQ(install->workspace_map, "") << "nor is there one of the name in the settings";
  EXPECT_FALSE(install->workspace);
}

TEST_F(ReadInstallTest, TellsThatThereIsNothing) {
  deployments_ = Deployment("ours", "ours");
  const auto install = ReadInstall(options_, api_, helm_);
  ASSERT_FALSE(install);
  EXPECT_EQ(install.error().code, "nothing-to-adopt");
  EXPECT_NE(install.error().hint.find("kubernetes.namespace"), std::string::npos);
}

TEST_F(ReadInstallTest, TellsWhatItMayNotSee) {
  map_ = ApiFailure("kube-forbidden", ErrorKind::kStalled);
  EXPECT_EQ(ReadInstall(options_, api_, helm_).error().code, "kube-forbidden");
}

}  // namespace
}  // namespace dagitops::kubernetes
