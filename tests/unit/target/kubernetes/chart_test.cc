#include "target/kubernetes/chart.h"

#include <gtest/gtest.h>

#include <string>

#include "support/fake_command_runner.h"
#include "support/temp_dir.h"

namespace dagitops::kubernetes {
namespace {

using support::FakeCommandRunner;

class ChartTest : public testing::Test {
 protected:
  Result<std::string> Path() { return chart_.Path(); }
  // `pull` puts a chart where helm was told to; `show` finds that it is one.
  CommandResult Pulled(const Command& command, const std::string& file = "code-1.12.19.tgz") {
    if (command.arguments[1] == "show") return FakeCommandRunner::Said("name: code\n");
    const std::string& folder = command.arguments.back();
    EXPECT_TRUE(folder.starts_with(folder_.path() + "/charts/")) << folder;
    folder_.Write(folder.substr(folder_.path().size() + 1) + "/" + file, "archive");
    return FakeCommandRunner::Said("");
  }
  static CommandResult Failed(const std::string& errors) {
    CommandResult result;
    result.exit_code = 1;
    result.errors = errors;
    return result;
  }
  void FromRepository() { options_ = {"", "https://charts.example.com", "code", "1.12.19"}; }

  support::TempDir folder_;
  ChartOptions options_;
  HelmSettings helm_{"helm", "", "", "dagster", folder_.path(), {}};
  FakeCommandRunner runner_;
  Chart chart_{{options_, helm_, runner_}};
};

TEST_F(ChartTest, OfThisMachineIsAFolder) {
  folder_.Write("code/Chart.yaml", "name: code\n");
  options_.path = folder_ / "code";
  EXPECT_EQ(Path().value(), folder_ / "code");
  EXPECT_TRUE(runner_.commands.empty());
}

TEST_F(ChartTest, OfThisMachineIsAnArchive) {
  options_.path = folder_.Write("code.tgz", "archive");
  EXPECT_EQ(Path().value(), options_.path);
}

TEST_F(ChartTest, OfThisMachineMustBeThere) {
  folder_.Write("empty/values.yaml", "");
  folder_.Write("archive.txt", "");
  for (const char* path : {"nothing", "nothing.tgz", "empty", "archive.txt"}) {
    options_.path = folder_ / path;
    const auto result = Path();
    ASSERT_FALSE(result) << path;
    EXPECT_EQ(result.error().code, "chart-missing") << path;
    EXPECT_EQ(result.error().kind, ErrorKind::kStalled) << path;
    EXPECT_EQ(result.error().subject, options_.path);
  }
  EXPECT_TRUE(runner_.commands.empty());
}

TEST_F(ChartTest, OfARepositoryIsPulledOnceAndKept) {
  FromRepository();
  runner_.answer = [&](const Command& command) { return Pulled(command); };
  const std::string kept = folder_ / "charts/code-1.12.19.tgz";
  EXPECT_EQ(Path().value(), kept);
  EXPECT_EQ(Path().value(), kept);
  ASSERT_EQ(runner_.commands.size(), 2U);
  EXPECT_EQ(runner_.commands[0].arguments[1], "pull");
  EXPECT_EQ(runner_.commands[1].arguments[1], "show");
  EXPECT_EQ(folder_.Read("charts/code-1.12.19.tgz"), "archive");
  Chart after_a_restart({options_, helm_, runner_});
  EXPECT_EQ(after_a_restart.Path().value(), kept);
  EXPECT_EQ(runner_.commands.size(), 2U);
}

TEST_F(ChartTest, OfARepositoryIsPulledAnewForAnotherVersion) {
  FromRepository();
  runner_.answer = [&](const Command& command) { return Pulled(command, "code-" + options_.version + ".tgz"); };
  ASSERT_TRUE(Path());
  options_.version = "1.13.0";
  EXPECT_EQ(Path().value(), folder_ / "charts/code-1.13.0.tgz");
  EXPECT_EQ(runner_.commands.size(), 4U);
}

TEST_F(ChartTest, ThatWasPulledInHalfIsNeverTakenForIt) {
  FromRepository();
  bool broken = true;
  runner_.answer = [&](const Command& command) -> Result<CommandResult> {
    if (command.arguments[1] == "show") return Pulled(command);
    EXPECT_TRUE(std::filesystem::is_empty(command.arguments.back())) << "nothing is left from before";
    CommandResult result = Pulled(command);
    if (broken) result = Failed("Error: Get \"https://charts.example.com/x\": read: connection reset by peer");
    return result;
  };
  const auto result = Path();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, "helm-unreachable");
  EXPECT_EQ(result.error().kind, ErrorKind::kRetry);
  EXPECT_EQ(result.error().subject, "chart code 1.12.19");
  EXPECT_FALSE(folder_.Has("charts/code-1.12.19.tgz"));
  broken = false;
  EXPECT_TRUE(Path());
}

// helm takes whatever it is sent: half an archive, or a proxy's page.
TEST_F(ChartTest, ThatIsNoneIsNeverKept) {
  FromRepository();
  bool broken = true;
  runner_.answer = [&](const Command& command) {
    if (broken && command.arguments[1] == "show") return Failed("Error: unexpected EOF");
    return Pulled(command);
  };
  const auto result = Path();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, "chart-broken");
  EXPECT_EQ(result.error().kind, ErrorKind::kStalled);
  EXPECT_EQ(result.error().subject, "chart code 1.12.19");
  EXPECT_EQ(result.error().message, "unexpected EOF");
  EXPECT_FALSE(folder_.Has("charts/code-1.12.19.tgz"));
  broken = false;
  EXPECT_TRUE(Path());
}

TEST_F(ChartTest, TwoMayBePulledAtOnce) {
  FromRepository();
  ChartOptions other{"", "https://charts.example.com", "dagster", "1.12.19"};
  Chart second({other, helm_, runner_});
  runner_.answer = [&](const Command& command) {
    if (command.arguments[1] == "pull" && command.arguments[2] == "code") {
      EXPECT_TRUE(second.Path());
    }
    return Pulled(command, command.arguments[2] + "-1.12.19.tgz");
  };
  EXPECT_TRUE(Path());
}

TEST_F(ChartTest, ThatTookTooLongIsTriedAgain) {
  FromRepository();
  runner_.answer = [&](const Command& command) {
    CommandResult result = Pulled(command);
    result.exit_code = -1;
    result.timed_out = true;
    return result;
  };
  ASSERT_FALSE(Path());
  EXPECT_EQ(Path().error().code, "helm-timeout");
}

// None of this can be mended by a location.
TEST_F(ChartTest, ThatIsNotToBeHadIsForAPersonToMend) {
  FromRepository();
  runner_.answer = [&](const Command&) { return Failed("Error: chart \"code\" version \"1.12.19\" not found"); };
  EXPECT_EQ(Path().error().kind, ErrorKind::kStalled);
  EXPECT_EQ(Path().error().code, "chart-not-pulled");
  EXPECT_EQ(Path().error().hint,
            "check what https://charts.example.com has, and the chart in the settings; it is tried again");
  runner_.answer = [&](const Command& command) { return Pulled(command, "other-1.12.19.tgz"); };
  EXPECT_EQ(Path().error().kind, ErrorKind::kStalled);
  EXPECT_EQ(Path().error().code, "chart-missing");
  runner_.answer = [](const Command&) -> Result<CommandResult> {
    return Error{ErrorKind::kInvalid, "no-program", "helm", "there is no such program", ""};
  };
  EXPECT_EQ(Path().error().kind, ErrorKind::kStalled);
  EXPECT_EQ(Path().error().code, "no-program");
}

}  // namespace
}  // namespace dagitops::kubernetes
