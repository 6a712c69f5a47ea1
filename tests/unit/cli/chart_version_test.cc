// Which chart's version a command judges the entries by.
#include <gtest/gtest.h>

#include "unit/cli/commands_fixture.h"

namespace dagitops::cli {
namespace {

constexpr char kOldChart[] = "environments: {production: {chartVersion: \"1.10\"}}\n";

class ChartVersion : public Commands {
 protected:
  // Of the two, only the chart 1.10 ignores a digest, and is warned of.
  ChartVersion() {
    source->Commit({{"dagitops.yaml", kRepository},
                    {"locations/a.yaml", "image: {repository: r/a, tag: \"1\", digest: \"sha256:" +
                                             std::string(64, 'a') + "\"}\ndagsterApiGrpcArgs: [\"-m\", a]\n"}});
    files["old.yaml"] = files["/srv/space/old.yaml"] = kOldChart;
  }

  bool CountsAs110(std::vector<std::string> arguments) {
    EXPECT_EQ(Run(arguments), kDone) << err.str();
    return (out.str() + err.str()).find("image-digest-ignored") != std::string::npos;
  }
};

TEST_F(ChartVersion, IsThatOfTheOptionElseOfTheSettingsElseTheNewest) {
  for (const char* command : {"lint", "render", "plan"}) {
    EXPECT_FALSE(CountsAs110({command})) << command;
    EXPECT_TRUE(CountsAs110({command, "--chart-version", "1.10"})) << command;
    EXPECT_TRUE(CountsAs110({command, "--config", "old.yaml"})) << command;
    EXPECT_FALSE(CountsAs110({command, "--config", "old.yaml", "--chart-version", "1.12"})) << command;
  }
}

TEST_F(ChartVersion, CountsForWhatAPlanIsComparedWithToo) {
  const std::string base = source->head.revision.id;
  EXPECT_TRUE(CountsAs110({"plan", "--base", base, "--chart-version", "1.10"}));
}

TEST_F(ChartVersion, ReachesTheDaemonByItsSettings) {
  EXPECT_EQ(Run({"serve", "--config", "old.yaml"}), kDone) << err.str();
  EXPECT_EQ(served.environments["production"].chart_version, "1.10");
}

TEST_F(ChartVersion, IsOneThatIsKnown) {
  EXPECT_EQ(Run({"lint", "--chart-version", "1.11"}), kUsage);
  EXPECT_NE(err.str().find("1.10"), std::string::npos) << err.str();
  EXPECT_EQ(Run({"status", "--chart-version", "1.10"}), kUsage) << "it judges nothing";
}

}  // namespace
}  // namespace dagitops::cli
