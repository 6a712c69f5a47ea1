#include "main/git_settings.h"

#include <gtest/gtest.h>

namespace dagitops {
namespace {

config::Settings Sample() {
  config::Settings settings;
  settings.state_dir = "/state";
  settings.source.url = "https://git.example.com/acme/workspace.git";
  settings.source.branch = "main";
  settings.source.username = "bot";
  settings.source.token_file = "/run/secrets/read";
  settings.source.ssh_key_file = "/run/secrets/key";
  settings.source.ca_file = "/ca.pem";
  settings.environments["production"];
  return settings;
}

TEST(HistorySettings, GoToABranchOfTheSourceByItsLogin) {
  const git::GitSettings git = ToHistorySettings(Sample(), "production");
  EXPECT_EQ(git.remote, "https://git.example.com/acme/workspace.git");
  EXPECT_EQ(git.branch, "dagitops/production");
  EXPECT_EQ(git.mirror_dir, "/state/history/production");
  EXPECT_EQ(git.token_file, "/run/secrets/read");
  EXPECT_EQ(git.ca_file, "/ca.pem");
}

TEST(HistorySettings, AnotherRepositoryNeverSeesTheSourcesLogin) {
  config::Settings settings = Sample();
  settings.environments["production"].history.url = "https://elsewhere.example.com/h.git";
  git::GitSettings git = ToHistorySettings(settings, "production");
  EXPECT_EQ(git.remote, "https://elsewhere.example.com/h.git");
  EXPECT_EQ(git.username + git.token_file + git.ssh_key_file, "");
  settings.environments["production"].history.token_file = "/run/secrets/write";
  EXPECT_EQ(ToHistorySettings(settings, "production").token_file, "/run/secrets/write");
}

TEST(HistorySettings, ALoginOfItsOwnGoesBeforeTheSources) {
  config::Settings settings = Sample();
  settings.environments["production"].history = {true, true, "records", "", "writer", "/w", "/wk"};
  const git::GitSettings git = ToHistorySettings(settings, "production");
  EXPECT_EQ(git.remote, settings.source.url);
  EXPECT_EQ(git.branch, "records");
  EXPECT_EQ(git.username, "writer");
  EXPECT_EQ(git.token_file, "/w");
  EXPECT_EQ(git.ssh_key_file, "/wk");
}

TEST(HistorySettings, WithoutPushThereIsNoRemote) {
  config::Settings settings = Sample();
  settings.environments["production"].history.push = false;
  EXPECT_EQ(ToHistorySettings(settings, "production").remote, "");
  EXPECT_EQ(ToHistorySettings(settings, "unknown").remote, settings.source.url) << "as without a word about it";
}

}  // namespace
}  // namespace dagitops
