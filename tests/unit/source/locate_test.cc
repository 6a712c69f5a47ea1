#include "dagitops/source/git/locate.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "source/git/paths.h"
#include "source/git/revisions.h"
#include "support/case_name.h"
#include "support/temp_dir.h"

namespace dagitops::git {
namespace {

struct UrlCase {
  std::string name;
  std::string text;
};

class IsRemoteUrlTest : public ::testing::TestWithParam<UrlCase> {};
class LocalPathTest : public ::testing::TestWithParam<UrlCase> {};

TEST_P(IsRemoteUrlTest, IsAUrl) { EXPECT_TRUE(IsRemoteUrl(GetParam().text)); }
TEST_P(LocalPathTest, IsAPath) { EXPECT_FALSE(IsRemoteUrl(GetParam().text)); }

INSTANTIATE_TEST_SUITE_P(All, IsRemoteUrlTest,
                         ::testing::Values(UrlCase{"Https", "https://git.example.com/a/b.git"},
                                           UrlCase{"Http", "http://127.0.0.1:3000/a/b"},
                                           UrlCase{"Ssh", "ssh://git@example.com:2222/a/b.git"},
                                           UrlCase{"Git", "git://example.com/a"}, UrlCase{"File", "file:///srv/a.git"},
                                           UrlCase{"ScpLike", "git@github.com:acme/workspace.git"},
                                           UrlCase{"ScpLikeWithoutUser", "host:path"}),
                         support::CaseName());

INSTANTIATE_TEST_SUITE_P(All, LocalPathTest,
                         ::testing::Values(UrlCase{"Dot", "."}, UrlCase{"Absolute", "/srv/git/workspace.git"},
                                           UrlCase{"Relative", "a/b"}, UrlCase{"ColonAfterSlash", "./a:b"},
                                           UrlCase{"ColonInAFolder", "a/b:c"}, UrlCase{"LeadingColon", ":a"},
                                           UrlCase{"Empty", ""}, UrlCase{"OneName", "workspace"}),
                         support::CaseName());

TEST(LocateTest, FindsTheRepositoryUpwards) {
  const support::TempDir folder;
  std::filesystem::create_directories(folder / "repo/.git");
  std::filesystem::create_directories(folder / "repo/deploy/locations");
  const auto found = FindRepository(folder / "repo/deploy/locations");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->root, folder / "repo");
  EXPECT_FALSE(found->bare);
}

TEST(LocateTest, KnowsABareRepository) {
  const support::TempDir folder;
  std::filesystem::create_directories(folder / "repo.git/objects");
  std::filesystem::create_directories(folder / "repo.git/refs");
  std::ofstream(folder / "repo.git/HEAD") << "ref: refs/heads/main\n";
  const auto found = FindRepository(folder / "repo.git");
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->bare);
}

TEST(LocateTest, FindsTheWorkspaceUpwardsButNotAboveItsRepository) {
  const support::TempDir folder;
  std::filesystem::create_directories(folder / "repo/.git");
  std::filesystem::create_directories(folder / "repo/deploy/locations");
  std::filesystem::create_directories(folder / "repo/other");
  std::ofstream(folder / "repo/deploy/dagitops.yaml") << "x";
  std::ofstream(folder / "dagitops.yaml") << "of somebody else";
  EXPECT_EQ(FindWorkspace(folder / "repo/deploy/locations"), folder / "repo/deploy");
  EXPECT_EQ(FindWorkspace(folder / "repo/deploy"), folder / "repo/deploy");
  EXPECT_EQ(FindWorkspace(folder / "repo/other"), folder / "repo/other");
}

TEST(LocateTest, OutsideOfARepositoryAFolderIsItsOwnWorkspace) {
  const support::TempDir folder;
  std::filesystem::create_directories(folder / "a/b");
  std::ofstream(folder / "a/dagitops.yaml") << "x";
  EXPECT_EQ(FindWorkspace(folder / "a/b"), folder / "a/b");
  EXPECT_EQ(FindWorkspace(folder / "a"), folder / "a");
}

struct FolderCase {
  std::string name;
  std::string text;
  std::string clean;  // "!" for a refusal
};

class CleanFolderTest : public ::testing::TestWithParam<FolderCase> {};

TEST_P(CleanFolderTest, HasOneSpelling) {
  const auto clean = CleanFolder(GetParam().text);
  EXPECT_EQ(clean ? *clean : "!", GetParam().clean);
  EXPECT_EQ(clean ? "" : clean.error().code, clean ? "" : "git-bad-path");
}

INSTANTIATE_TEST_SUITE_P(All, CleanFolderTest,
                         ::testing::Values(FolderCase{"Empty", "", ""}, FolderCase{"Dot", ".", ""},
                                           FolderCase{"DotSlash", "./a/b/", "a/b"},
                                           FolderCase{"Doubled", "a//b", "a/b"}, FolderCase{"Inner", "a/./b", "a/b"},
                                           FolderCase{"Up", "../a", "!"}, FolderCase{"UpInside", "a/../b", "!"},
                                           FolderCase{"Absolute", "/a", "!"}, FolderCase{"DotGit", "a/.git", "!"},
                                           FolderCase{"DotGitInCapitals", ".GIT/hooks", "!"},
                                           FolderCase{"Zero", std::string("a\0b", 3), "!"}),
                         support::CaseName());

TEST(EncodeRefPartTest, KeepsBranchesApart) {
  EXPECT_EQ(EncodeRefPart("main"), "main");
  EXPECT_EQ(EncodeRefPart("feature/x"), "feature%2Fx");
  EXPECT_EQ(EncodeRefPart("feature%2Fx"), "feature%252Fx");
  EXPECT_EQ(EncodeRefPart("v1.2"), "v1%2E2");
  EXPECT_EQ(EncodeRefPart("\xC3\xA9"), "%C3%A9");
}

}  // namespace
}  // namespace dagitops::git
