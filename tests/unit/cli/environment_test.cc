// Which environment a command is about, and what it says when that cannot be known.
#include <gtest/gtest.h>

#include "unit/cli/commands_fixture.h"

namespace dagitops::cli {
namespace {

class WhichEnvironment : public Commands {
 protected:
  WhichEnvironment() {
    EnvironmentStatus status;
    status.environment = "production";
    store.status = status;
  }

  const Error kUnreachable{ErrorKind::kRetry, "git-fetch", "https://git.example.com/x", "could not be fetched", ""};
};

TEST_F(WhichEnvironment, OfWhatRunsHereNeedsNoRepository) {
  unreachable = kUnreachable;
  known = {"production"};
  for (const char* command : {"status", "pause", "resume", "approve"}) {
    EXPECT_EQ(Run({command}), kDone) << command << err.str();
  }
  EXPECT_EQ(openings, 0);
  for (const Request& request : requests) EXPECT_EQ(request.environment, "production");
}

TEST_F(WhichEnvironment, MustBeToldWhereSeveralAreKnownAndTheRepositoryCannotBeRead) {
  unreachable = kUnreachable;
  known = {"production", "staging"};
  EXPECT_EQ(Run({"status"}), kFailed);
  EXPECT_NE(err.str().find("could not be fetched"), std::string::npos) << err.str();
  EXPECT_NE(err.str().find("--env: production, staging"), std::string::npos) << err.str();
  EXPECT_EQ(Run({"status", "--env", "staging"}), kDone);
}

TEST_F(WhichEnvironment, IsThatOfTheRepositoryWhereNothingIsKnown) {
  EXPECT_EQ(Run({"pause"}), kDone) << err.str();
  unreachable = kUnreachable;
  EXPECT_EQ(Run({"pause"}), kFailed);
  EXPECT_NE(err.str().find("could not be fetched"), std::string::npos) << err.str();
}

// Errors are not emptiness: what ran goes on from the mirror.
TEST_F(WhichEnvironment, OfServeIsTheKnownOneWhileTheRepositoryCannotBeRead) {
  known = {"staging"};
  EXPECT_EQ(Run({"serve"}), kDone);
  EXPECT_TRUE(served.environments.contains("production")) << "the repository can be read";
  unreachable = kUnreachable;
  EXPECT_EQ(Run({"serve"}), kDone) << err.str();
  EXPECT_TRUE(served.environments.contains("staging"));
  EXPECT_NE(err.str().find("could not be fetched"), std::string::npos) << err.str();
  known = {};
  EXPECT_EQ(Run({"serve"}), kFailed);
}

TEST_F(WhichEnvironment, OfServeIsTheKnownOneWhileDagitopsYamlIsBroken) {
  source->Commit({{"dagitops.yaml", "environments: {production: {}\n"}});
  known = {"staging"};
  EXPECT_EQ(Run({"serve"}), kDone);
  EXPECT_TRUE(served.environments.contains("staging"));
  EXPECT_NE(err.str().find("dagitops.yaml:"), std::string::npos) << err.str();
}

TEST_F(WhichEnvironment, BrokenFileIsToldWithItsFaults) {
  source->Commit({{"dagitops.yaml", "environments: {production: {}\n"}});
  for (const char* command : {"plan", "render", "serve", "status"}) {
    EXPECT_EQ(Run({command}), kInvalidInput) << command;
    EXPECT_NE(err.str().find("dagitops.yaml:"), std::string::npos) << command << err.str();
    EXPECT_EQ(err.str().find("names no environment"), std::string::npos) << command << err.str();
  }
}

TEST_F(WhichEnvironment, MissingFileIsToldWithWhatToDo) {
  source->Commit({{"locations/a.yaml", kFragment}});
  for (const char* command : {"plan", "render", "serve", "status"}) {
    EXPECT_EQ(Run({command}), kInvalidInput) << command;
    EXPECT_NE(err.str().find("no dagitops.yaml"), std::string::npos) << command << err.str();
    EXPECT_NE(err.str().find("dagitops init"), std::string::npos) << command << err.str();
  }
}

TEST_F(WhichEnvironment, PathOnTheCommandLineWinsOverTheSettings) {
  files["/srv/space/s.yaml"] =
      "source: {url: https://git.example.com/acme/workspace.git}\nenvironments: {production: {target: "
      "local_process}}\n";
  EXPECT_EQ(Run({"lint", ".", "--config", "s.yaml"}), kDone) << err.str();
  EXPECT_EQ(opened.url, "/srv/space");
  EXPECT_EQ(Run({"lint", "--config", "s.yaml"}), kDone) << err.str();
  EXPECT_EQ(opened.url, "https://git.example.com/acme/workspace.git");
}

}  // namespace
}  // namespace dagitops::cli
