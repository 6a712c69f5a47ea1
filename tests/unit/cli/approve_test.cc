#include <gtest/gtest.h>

#include "unit/cli/commands_fixture.h"

namespace dagitops::cli {
namespace {

using Names = std::vector<std::string>;

class Approve : public Commands {
 protected:
  Approve() {
    EnvironmentStatus status;
    status.environment = "production";
    status.waiting_removals = {"sales", "churn"};
    store.status = status;
  }
};

TEST_F(Approve, FirstWordMayBeALocationThatWaitsHere) {
  EXPECT_EQ(Run({"approve", "sales", "churn"}), kDone) << err.str();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].locations, (Names{"sales", "churn"}));
  EXPECT_EQ(opened.url, "/srv/space");
}

TEST_F(Approve, FirstWordIsARepositoryWhereThereIsSuchAFolder) {
  files["/srv/space/sales"] = "";
  EXPECT_EQ(Run({"approve", "sales", "churn"}), kDone) << err.str();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].locations, Names{"churn"});
  EXPECT_EQ(opened.url, "/srv/space/sales");
}

TEST_F(Approve, FirstWordIsARepositoryWhereItIsAPathOrUrl) {
  for (const char* repository : {"/elsewhere", "./sales", "https://git.example.com/acme/workspace.git"}) {
    requests.clear();
    EXPECT_EQ(Run({"approve", repository, "churn"}), kDone) << err.str();
    ASSERT_EQ(requests.size(), 1U) << repository;
    EXPECT_EQ(requests[0].locations, Names{"churn"}) << repository;
  }
}

TEST_F(Approve, WithSettingsEveryWordIsALocation) {
  files["/srv/space/settings.yaml"] = "source: {url: https://git.example.com/w.git}\nenvironments: {production: {}}\n";
  EXPECT_EQ(Run({"approve", "new-one", "--config", "settings.yaml"}), kDone) << err.str();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].locations, Names{"new-one"});
}

TEST_F(Approve, WordThatIsNeitherIsToldWithTheUsage) {
  EXPECT_EQ(Run({"approve", "sale"}), kInvalidInput);
  EXPECT_NE(err.str().find("usage: dagitops approve [REPOSITORY] [LOCATION...]"), std::string::npos) << err.str();
  EXPECT_NE(err.str().find("these wait: sales, churn"), std::string::npos) << err.str();
  EXPECT_TRUE(requests.empty());
}

}  // namespace
}  // namespace dagitops::cli
