#include <gtest/gtest.h>

#include "unit/cli/commands_fixture.h"

namespace dagitops::cli {
namespace {

TEST_F(Commands, ServeOfAFolderInsideARepositoryReadsItFromTheRoot) {
  places["/srv/space/teams/data"] = {"/srv/space", "teams/data"};
  EXPECT_EQ(Run({"serve", "teams/data"}), kDone) << err.str();
  EXPECT_EQ(served.source.url, "/srv/space");
  EXPECT_EQ(served.source.path, "teams/data");
}

TEST_F(Commands, WorkspacesOfOneRepositoryHaveStateFoldersOfTheirOwn) {
  places["/srv/space/a"] = {"/srv/space", "a"};
  places["/srv/space/b"] = {"/srv/space", "b"};
  places["/srv/space/code/hello"] = {"/srv/space", "."};
  const auto state_of = [&](const std::string& folder) {
    EXPECT_EQ(Run({"serve", folder}), kDone) << err.str();
    return served.state_dir;
  };
  EXPECT_NE(state_of("a"), state_of("b"));
  EXPECT_NE(state_of("a"), state_of("."));
  EXPECT_EQ(state_of("code/hello"), state_of("."));
}

TEST_F(Commands, ServeOfAFolderOutsideOfGitStartsNothingAndSaysWhatToType) {
  places["/srv/space"] = {};
  files["/srv/space"] = "";
  EXPECT_EQ(Run({"serve", "--env", "production"}), kInvalidInput);
  EXPECT_NE(err.str().find("git init -b main && git add -A && git commit"), std::string::npos) << err.str();
  EXPECT_EQ(err.str().find("--bare"), std::string::npos) << err.str();
  EXPECT_TRUE(served.source.url.empty());
}

TEST_F(Commands, ServeOfAFolderThatIsNotThereSaysSo) {
  places["/srv/space/gone"] = {};
  EXPECT_EQ(Run({"serve", "gone", "--env", "production"}), kInvalidInput);
  EXPECT_NE(err.str().find("there is no such folder"), std::string::npos) << err.str();
}

TEST_F(Commands, WhatRanHereIsServedThoughItsRepositoryIsGone) {
  places["/srv/space/gone"] = {};
  known = {"production"};
  EXPECT_EQ(Run({"serve", "gone", "--env", "production"}), kDone) << err.str();
  EXPECT_EQ(served.source.url, "/srv/space/gone");
}

TEST_F(Commands, ServeLogsAsJsonWhenAskedTo) {
  EXPECT_EQ(Run({"serve"}), kDone);
  EXPECT_EQ(served.log_format, LogFormat::kText);
  EXPECT_EQ(Run({"serve", "--output", "json"}), kDone);
  EXPECT_EQ(served.log_format, LogFormat::kJson);
}

}  // namespace
}  // namespace dagitops::cli
