#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "dagitops/source/git/work_tree.h"

#include "support/temp_git_repo.h"

namespace dagitops::git {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kNoCommit[] = "0000000000000000000000000000000000000000-dirty";

std::vector<std::string> Paths(const SourceTree& tree) {
  std::vector<std::string> paths;
  for (const auto& file : tree.files) paths.push_back(file->path);
  return paths;
}

SourceTree MustRead(const std::string& path) {
  const auto tree = ReadWorkTree(path, {});
  if (!tree) throw std::runtime_error(tree.error().Text());
  return *tree;
}

class WorkTreeTest : public ::testing::Test {
 protected:
  WorkTreeTest() {
    repo_.Write("dagitops.yaml", "schemaVersion: 1\n").Write("locations/a.yaml", "a\n").Write("code/main.py", "x\n");
    head_ = repo_.Commit();
  }

  std::string TreeIdOnDisk(const std::string& folder) {
    const auto source = OpenWorkTree(repo_.path());
    const auto ids = (*source)->TreeIds(Revision{head_ + "-dirty", "", "", 0, ""}, {folder});
    if (!ids) throw std::runtime_error(ids.error().Text());
    return ids->contains(folder) ? ids->at(folder) : "";
  }

  support::TempGitRepo repo_;
  std::string head_;
};

TEST_F(WorkTreeTest, ACleanCheckoutIsItsCommit) {
  const SourceTree tree = MustRead(repo_.path());
  EXPECT_EQ(tree.revision.id, head_);
  EXPECT_EQ(tree.revision.author_name, "Ada Author");
  EXPECT_THAT(Paths(tree), ElementsAre("dagitops.yaml", "locations/a.yaml"));
}

TEST_F(WorkTreeTest, ReadsWhatStandsOnDiskOverTheCommit) {
  repo_.Write("locations/a.yaml", "changed\n").Write("locations/new/b.yaml", "b\n").Write("environments/x/d.yaml", "d");
  const SourceTree tree = MustRead(repo_.path());
  EXPECT_EQ(tree.revision.id, head_ + "-dirty");
  EXPECT_TRUE(tree.revision.dirty());
  EXPECT_EQ(tree.revision.author_name, "");
  EXPECT_THAT(Paths(tree),
              ElementsAre("dagitops.yaml", "environments/x/d.yaml", "locations/a.yaml", "locations/new/b.yaml"));
  EXPECT_EQ(tree.Find("locations/a.yaml")->text, "changed\n");
  EXPECT_EQ(tree.Find("locations/a.yaml")->blob_id, repo_.Git({"hash-object", "locations/a.yaml"}));
}

TEST_F(WorkTreeTest, SeesADeletedFile) {
  repo_.Remove("locations/a.yaml");
  EXPECT_THAT(Paths(MustRead(repo_.path())), ElementsAre("dagitops.yaml"));
}

TEST_F(WorkTreeTest, LeavesOutWhatIsIgnoredUnlessItIsTracked) {
  repo_.Write(".gitignore", "*.tmp\nscratch/\n").Write("locations/tracked.tmp", "t");
  repo_.Git({"add", "-f", "locations/tracked.tmp"});
  repo_.Git({"commit", "-q", "-m", "a tracked file that the rules would ignore"});
  repo_.Write("locations/x.tmp", "x").Write("locations/scratch/y.yaml", "y").Write("locations/z.yaml", "z");
  EXPECT_THAT(Paths(MustRead(repo_.path())),
              ElementsAre("dagitops.yaml", "locations/a.yaml", "locations/tracked.tmp", "locations/z.yaml"));
}

TEST_F(WorkTreeTest, StaysCleanWhileOnlyIgnoredFilesAndEmptyFoldersAppear) {
  repo_.Write(".gitignore", "*.tmp\n");
  head_ = repo_.Commit();
  repo_.Write("locations/x.tmp", "x");
  std::filesystem::create_directories(repo_.path() + "/locations/empty");
  EXPECT_EQ(MustRead(repo_.path()).revision.id, head_);
}

TEST_F(WorkTreeTest, LooksAtTheWorkspacesFolderOnly) {
  repo_.Write("deploy/dagitops.yaml", "x").Write("deploy/locations/b.yaml", "b");
  head_ = repo_.Commit();
  repo_.Write("elsewhere.txt", "not below the workspace");
  EXPECT_EQ(MustRead(repo_.path() + "/deploy").revision.id, head_);
  repo_.Write("deploy/locations/c.yaml", "c");
  const SourceTree tree = MustRead(repo_.path() + "/deploy");
  EXPECT_EQ(tree.revision.id, head_ + "-dirty");
  EXPECT_THAT(Paths(tree), ElementsAre("dagitops.yaml", "locations/b.yaml", "locations/c.yaml"));
}

TEST_F(WorkTreeTest, ListsSymlinksNestedRepositoriesAndLargeFiles) {
  repo_.Link("locations/link.yaml", "a.yaml").Write("locations/large.yaml", std::string(50, 'x'));
  std::filesystem::create_directories(repo_.path() + "/locations/nested/.git");
  TreeLimits limits;
  limits.file_bytes = 20;
  const auto tree = ReadWorkTree(repo_.path(), limits);
  ASSERT_TRUE(tree) << tree.error().Text();
  EXPECT_EQ(tree->Find("locations/link.yaml")->kind, FileKind::kSymlink);
  EXPECT_EQ(tree->Find("locations/large.yaml")->kind, FileKind::kTooLarge);
  EXPECT_EQ(tree->Find("locations/large.yaml")->size, 50U);
  EXPECT_EQ(tree->Find("locations/nested")->kind, FileKind::kSubmodule);
}

TEST_F(WorkTreeTest, DoesNotWaitForAPipeAmongTheFragments) {
  ASSERT_EQ(mkfifo((repo_.path() + "/locations/pipe.yaml").c_str(), 0600), 0);
  repo_.Write("locations/b.yaml", "b");
  EXPECT_THAT(Paths(MustRead(repo_.path())), ElementsAre("dagitops.yaml", "locations/a.yaml", "locations/b.yaml"));
}

TEST_F(WorkTreeTest, ConvertsLineEndsAsTheAttributesSay) {
  repo_.Write(".gitattributes", "*.yaml text eol=crlf\n").Write("locations/crlf.yaml", "one\r\ntwo\r\n");
  const SourceTree dirty = MustRead(repo_.path());
  EXPECT_EQ(dirty.Find("locations/crlf.yaml")->text, "one\ntwo\n");
  repo_.Commit();
  EXPECT_EQ(dirty.Find("locations/crlf.yaml")->blob_id, repo_.Git({"rev-parse", "HEAD:locations/crlf.yaml"}));
}

TEST_F(WorkTreeTest, ReadsWhatASparseCheckoutLeavesOut) {
  repo_.Write("locations/deep/b.yaml", "b");
  head_ = repo_.Commit();
  repo_.Git({"sparse-checkout", "set", "--no-cone", "/dagitops.yaml", "/locations/a.yaml"});
  ASSERT_FALSE(std::filesystem::exists(repo_.path() + "/locations/deep/b.yaml"));
  EXPECT_EQ(MustRead(repo_.path()).revision.id, head_);
  repo_.Write("locations/a.yaml", "changed");
  const SourceTree tree = MustRead(repo_.path());
  EXPECT_EQ(tree.revision.id, head_ + "-dirty");
  EXPECT_THAT(Paths(tree), ElementsAre("dagitops.yaml", "locations/a.yaml", "locations/deep/b.yaml"));
  EXPECT_EQ(tree.Find("locations/deep/b.yaml")->text, "b");
}

TEST_F(WorkTreeTest, HoldsToTheSameLimitsAsACommit) {
  repo_.Write("locations/a/b/c.yaml", "new");
  TreeLimits limits;
  limits.depth = 2;
  EXPECT_EQ(ReadWorkTree(repo_.path(), limits).error().code, "git-tree-limit");
  limits = {};
  limits.files = 3;
  EXPECT_EQ(ReadWorkTree(repo_.path(), limits).error().code, "git-tree-limit");
  limits = {};
  limits.total_bytes = 10;
  EXPECT_EQ(ReadWorkTree(repo_.path(), limits).error().code, "git-tree-limit");
}

TEST_F(WorkTreeTest, TreeIdsOfAChangedCheckoutAreThoseOfTheNextCommit) {
  repo_.Write("code/main.py", "changed\n").Write("code/tool.sh", "#!/bin/sh\n").Write("code/pkg/__init__.py", "");
  repo_.Link("code/link", "main.py").Write("code/pkg.txt", "sorts before pkg/").Write(".gitignore", "*.pyc\n");
  repo_.Write("code/main.pyc", "ignored");
  std::filesystem::permissions(repo_.path() + "/code/tool.sh", std::filesystem::perms::owner_all);
  std::filesystem::create_directories(repo_.path() + "/code/empty/folder");
  const std::string code = TreeIdOnDisk("code");
  const std::string root = TreeIdOnDisk("");
  repo_.Commit();
  EXPECT_EQ(code, repo_.Git({"rev-parse", "HEAD:code"}));
  EXPECT_EQ(root, repo_.Git({"rev-parse", "HEAD^{tree}"}));
}

TEST_F(WorkTreeTest, TreeIdsLeaveOutWhatIsNotThere) {
  EXPECT_EQ(TreeIdOnDisk("code"), repo_.Git({"rev-parse", "HEAD:code"}));
  EXPECT_EQ(TreeIdOnDisk("gone"), "");
  const auto source = OpenWorkTree(repo_.path());
  const auto ids = (*source)->TreeIds(Revision{head_, "", "", 0, ""}, {"code", "gone", "dagitops.yaml", "./code/"});
  ASSERT_TRUE(ids);
  EXPECT_EQ(ids->size(), 2U);
  EXPECT_EQ(ids->at("./code/"), ids->at("code"));
  EXPECT_EQ((*source)->TreeIds(Revision{head_, "", "", 0, ""}, {"../up"}).error().code, "git-bad-path");
}

TEST_F(WorkTreeTest, NamesOfAFolderAreThoseOfTheCommitOrTheChangedCheckout) {
  using Names = std::map<std::string, bool>;
  repo_.Write("code/pkg/__init__.py", "").Write(".gitignore", "*.pyc\n").Write("code/main.pyc", "ignored");
  const auto source = OpenWorkTree(repo_.path());
  const Revision commit{head_, "", "", 0, ""};
  const Revision changed{head_ + "-dirty", "", "", 0, ""};
  EXPECT_EQ((*source)->Names(commit, "code").value(), (Names{{"main.py", false}}));
  EXPECT_EQ((*source)->Names(changed, "./code/").value(), (Names{{"main.py", false}, {"pkg", true}}));
  EXPECT_TRUE((*source)->Names(commit, ".").value()->at("code"));
  EXPECT_TRUE((*source)->Names(changed, "").value()->at("code"));
  for (const Revision& revision : {commit, changed}) {
    EXPECT_EQ((*source)->Names(revision, "gone").value(), std::nullopt);
    EXPECT_EQ((*source)->Names(revision, "dagitops.yaml").value(), std::nullopt);
    EXPECT_EQ((*source)->Names(revision, "../up").error().code, "git-bad-path");
  }
}

TEST_F(WorkTreeTest, AnOlderCommitCanBeReadFromTheSameCheckout) {
  repo_.Write("locations/b.yaml", "b");
  repo_.Commit();
  repo_.Write("locations/c.yaml", "not committed");
  const auto source = OpenWorkTree(repo_.path());
  const auto older = (*source)->Resolve("HEAD");
  ASSERT_TRUE(older);
  EXPECT_THAT(Paths(*(*source)->ReadTree(Revision{head_, "", "", 0, ""}, {})),
              ElementsAre("dagitops.yaml", "locations/a.yaml"));
  EXPECT_THAT(Paths(*(*source)->ReadTree(*older, {})),
              ElementsAre("dagitops.yaml", "locations/a.yaml", "locations/b.yaml"));
}

TEST_F(WorkTreeTest, AChangedCheckoutDescendsFromWhatItsCommitDescendsFrom) {
  repo_.Write("locations/b.yaml", "b");
  const std::string second = repo_.Commit();
  const auto source = OpenWorkTree(repo_.path());
  const Revision first{head_, "", "", 0, ""};
  const auto range = (*source)->Compare(first, Revision{second + "-dirty", "", "", 0, ""});
  ASSERT_TRUE(range);
  EXPECT_EQ(range->ancestry, Ancestry::kDescends);
  const auto changes = (*source)->LastChanges(Revision{second + "-dirty", "", "", 0, ""}, {"locations/a.yaml"});
  ASSERT_TRUE(changes);
  EXPECT_EQ(changes->at("locations/a.yaml").revision.id, head_);
}

TEST_F(WorkTreeTest, WorksInALinkedWorktree) {
  const support::TempDir folder;
  repo_.Git({"worktree", "add", "-q", "-b", "other", folder / "linked"});
  std::ofstream(folder / "linked/locations/b.yaml") << "b";
  const SourceTree tree = MustRead(folder / "linked");
  EXPECT_EQ(tree.revision.id, head_ + "-dirty");
  EXPECT_THAT(Paths(tree), ElementsAre("dagitops.yaml", "locations/a.yaml", "locations/b.yaml"));
}

TEST(WorkTreeWithoutCommitsTest, AFolderWithoutRepositoryIsReadAsItIs) {
  const support::TempDir folder;
  std::filesystem::create_directories(folder / "locations");
  std::filesystem::create_directories(folder / "code");
  std::ofstream(folder / "dagitops.yaml") << "schemaVersion: 1";
  std::ofstream(folder / "locations/a.yaml") << "a\r\n";
  std::ofstream(folder / "code/main.py") << "x\n";
  const SourceTree tree = MustRead(folder.path());
  EXPECT_EQ(tree.revision.id, kNoCommit);
  EXPECT_THAT(Paths(tree), ElementsAre("dagitops.yaml", "locations/a.yaml"));
  EXPECT_EQ(tree.Find("locations/a.yaml")->text, "a\r\n");
  const auto source = OpenWorkTree(folder.path());
  support::TempGitRepo same;
  same.Write("code/main.py", "x\n").Commit();
  EXPECT_EQ((*source)->TreeIds(tree.revision, {"code"})->at("code"), same.Git({"rev-parse", "HEAD:code"}));
  EXPECT_EQ((*source)->Resolve("HEAD").error().code, "git-no-repository");
  EXPECT_EQ((*source)->Compare(std::nullopt, tree.revision)->ancestry, Ancestry::kFirst);
  EXPECT_THAT(*(*source)->LastChanges(tree.revision, {"locations/a.yaml"}), IsEmpty());
}

TEST(WorkTreeWithoutCommitsTest, AFreshRepositoryIsReadFromDisk) {
  support::TempGitRepo repo;
  repo.Write("locations/a.yaml", "a").Write(".gitignore", "*.tmp").Write("locations/b.tmp", "b");
  const SourceTree tree = MustRead(repo.path());
  EXPECT_EQ(tree.revision.id, kNoCommit);
  EXPECT_THAT(Paths(tree), ElementsAre("locations/a.yaml"));
}

TEST(WorkTreeWithoutCommitsTest, ABareRepositoryIsReadAtItsHead) {
  support::TempGitRepo bare(support::TempGitRepo::Kind::kBare);
  EXPECT_EQ(ReadWorkTree(bare.path(), {}).error().code, "git-no-commits");
  support::TempGitRepo work;
  work.Write("locations/a.yaml", "a");
  const std::string id = work.Commit();
  work.Git({"push", "-q", bare.path(), "main"});
  const SourceTree tree = MustRead(bare.path());
  EXPECT_EQ(tree.revision.id, id);
  EXPECT_THAT(Paths(tree), ElementsAre("locations/a.yaml"));
}

TEST(WorkTreeWithoutCommitsTest, AMissingFolderSaysWhatToDo) {
  const auto tree = ReadWorkTree("/nonexistent/workspace", {});
  ASSERT_TRUE(tree.has_error());
  EXPECT_EQ(tree.error().code, "git-no-workspace");
  EXPECT_THAT(tree.error().Text(), HasSubstr("dagitops init"));
}

}  // namespace
}  // namespace dagitops::git
