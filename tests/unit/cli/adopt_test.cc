#include <gtest/gtest.h>

#include <string>

#include "unit/cli/commands_fixture.h"

namespace dagitops::cli {
namespace {

constexpr char kSettings[] =
    "environments: {production: {target: kubernetes, kubernetes: {namespace: dagster, chart: {path: /c}}}}\n";

class InitAdopt : public Commands {
 protected:
  InitAdopt() {
    files["/srv/space/s.yaml"] = kSettings;
    installed.name_space = "dagster";
    installed.releases = {{"old",
                           "dagster-user-deployments",
                           "1.12.19",
                           "deployments:\n- name: sales\n  image: {repository: r/sales, tag: \"1\"}\n"
                           "  dagsterApiGrpcArgs: [-m, sales]\n  port: 3030\n",
                           {"hr", "sales"}}};
    installed.workspace_map = "dagster-workspace-yaml";
    installed.workspace =
        "load_from:\n- grpc_server: {host: sales, port: 3030, location_name: sales}\n"
        "- grpc_server: {host: partner, port: 4000, location_name: partner}\n";
  }
  int Adopt() { return Run({"init", "--adopt", "new", "--config", "s.yaml"}); }
};

TEST_F(InitAdopt, WritesWhatRunsAndTellsWhatServeWillDo) {
  EXPECT_EQ(Adopt(), kDone) << err.str();
  EXPECT_TRUE(files.contains("new/locations/sales.yaml"));
  EXPECT_NE(files["new/locations/partner.yaml"].find("external"), std::string::npos);
  EXPECT_EQ(files["new/dagitops.yaml"].find("single"), std::string::npos) << "each location gets its own release";
  const std::string told = out.str();
  EXPECT_NE(told.find("sales: taken over from release old"), std::string::npos) << told;
  EXPECT_NE(told.find("hr: stays in release old"), std::string::npos) << told;
  EXPECT_NE(told.find("adopt: [old]"), std::string::npos) << told;
  EXPECT_EQ(served_environment, "production");
}

TEST_F(InitAdopt, OverwritesNothing) {
  files["new/locations/sales.yaml"] = "mine";
  EXPECT_EQ(Adopt(), kInvalidInput);
  EXPECT_EQ(files["new/locations/sales.yaml"], "mine");
  EXPECT_FALSE(files.contains("new/dagitops.yaml"));
}

TEST_F(InitAdopt, NeedsSettingsWithACluster) {
  EXPECT_EQ(Run({"init", "--adopt", "new"}), kInvalidInput);
  EXPECT_NE(err.str().find("one environment of the target kubernetes"), std::string::npos) << err.str();
  files["/srv/space/s.yaml"] = "environments: {production: {}}\n";
  EXPECT_EQ(Adopt(), kInvalidInput);
}

TEST_F(InitAdopt, TellsThatThereIsNothing) {
  installed.releases.clear();
  EXPECT_EQ(Adopt(), kInvalidInput);
  EXPECT_NE(err.str().find("it has no code server"), std::string::npos) << err.str();
}

TEST_F(InitAdopt, RefusesValuesThatCannotBeRead) {
  installed.releases[0].values = "deployments: {\n";
  EXPECT_EQ(Adopt(), kInvalidInput);
  EXPECT_NE(err.str().find("release-old.yaml"), std::string::npos) << err.str();
  EXPECT_FALSE(files.contains("new/dagitops.yaml"));
}

TEST_F(InitAdopt, GoesWithItsOptionsAlone) {
  EXPECT_NE(Run({"init", "new", "--config", "s.yaml"}), kDone) << "--config is of --adopt";
}

}  // namespace
}  // namespace dagitops::cli
