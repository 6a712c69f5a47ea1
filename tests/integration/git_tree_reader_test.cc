#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "source/git/library.h"
#include "source/git/tree_reader.h"
#include "support/case_name.h"
#include "support/temp_git_repo.h"

namespace dagitops::git {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class TreeReaderTest : public ::testing::Test {
 protected:
  void Open() {
    PrepareLibrary();
    ASSERT_EQ(Take(handle_, [&](git_repository** out) { return git_repository_open(out, repo_.path().c_str()); }), 0);
    repository_ = {handle_.get(), "workspace"};
  }

  Result<SourceTree> Read(const std::string& commit, const std::string& folder = "", const TreeLimits& limits = {}) {
    if (handle_ == nullptr) Open();
    return reader_.Read(repository_, Revision{commit, "", "", 0, ""}, folder, limits);
  }

  Result<SourceTree> ReadCold(const std::string& commit, const TreeLimits& limits = {}) {
    TreeReader reader;
    return reader.Read(repository_, Revision{commit, "", "", 0, ""}, "", limits);
  }

  // A commit whose tree is made by hand, so that it may hold what `git add` refuses.
  std::string CommitTree(const std::string& tree_id) {
    return repo_.Git({"commit-tree", "-m", "made by hand", tree_id});
  }

  std::string MakeTree(const std::string& lines) { return repo_.Git({"mktree", "--missing"}, lines); }

  support::TempGitRepo repo_;
  RepositoryPtr handle_;
  Repository repository_;
  TreeReader reader_;
};

std::vector<std::string> Paths(const SourceTree& tree) {
  std::vector<std::string> paths;
  for (const auto& file : tree.files) paths.push_back(file->path);
  return paths;
}

void ExpectEqual(const SourceTree& a, const SourceTree& b) {
  ASSERT_EQ(Paths(a), Paths(b));
  for (std::size_t i = 0; i < a.files.size(); ++i) {
    EXPECT_EQ(a.files[i]->blob_id, b.files[i]->blob_id) << a.files[i]->path;
    EXPECT_EQ(a.files[i]->text, b.files[i]->text) << a.files[i]->path;
    EXPECT_EQ(a.files[i]->kind, b.files[i]->kind) << a.files[i]->path;
    EXPECT_EQ(a.files[i]->size, b.files[i]->size) << a.files[i]->path;
  }
}

TEST_F(TreeReaderTest, ReadsTheThreeTopLevelNamesSortedByPath) {
  repo_.Write("locations/a.yaml", "a").Write("locations/a/z.yaml", "az").Write("locations/a-b.yaml", "ab");
  repo_.Write("dagitops.yaml", "schemaVersion: 1").Write("environments/production/defaults.yaml", "d");
  repo_.Write("README.md", "no").Write("src/code.py", "no").Write("locations2/x.yaml", "no");
  const std::string id = repo_.Commit("first\n\nbody");
  const auto tree = Read(id);
  ASSERT_TRUE(tree) << tree.error().Text();
  EXPECT_THAT(Paths(*tree), ElementsAre("dagitops.yaml", "environments/production/defaults.yaml", "locations/a-b.yaml",
                                        "locations/a.yaml", "locations/a/z.yaml"));
  EXPECT_EQ(tree->revision.id, id);
  EXPECT_EQ(tree->revision.subject, "first");
  EXPECT_EQ(tree->revision.author_name, "Ada Author");
  EXPECT_EQ(tree->revision.author_email, "ada@example.com");
  EXPECT_EQ(tree->Find("locations/a/z.yaml")->text, "az");
  EXPECT_EQ(tree->Find("locations/a/z.yaml")->blob_id, repo_.Git({"rev-parse", "HEAD:locations/a/z.yaml"}));
}

TEST_F(TreeReaderTest, ReadsAWorkspaceInAFolderOfTheRepository) {
  repo_.Write("deploy/dagster/locations/a.yaml", "a").Write("locations/not-this.yaml", "b");
  const auto tree = Read(repo_.Commit(), "deploy/dagster");
  ASSERT_TRUE(tree);
  EXPECT_THAT(Paths(*tree), ElementsAre("locations/a.yaml"));
}

TEST_F(TreeReaderTest, SaysThatTheFolderIsMissingInsteadOfReadingNothing) {
  repo_.Write("locations/a.yaml", "a").Write("deploy", "a file");
  const std::string id = repo_.Commit();
  EXPECT_EQ(Read(id, "gone").error().code, "git-path-not-found");
  EXPECT_EQ(Read(id, "deploy").error().code, "git-path-not-found");
  EXPECT_THAT(Read(id, "deploy").error().message, HasSubstr("no folder"));
}

TEST_F(TreeReaderTest, GivesAnEmptyTreeForARevisionWithoutFragments) {
  repo_.Write("README.md", "hello");
  const auto tree = Read(repo_.Commit());
  ASSERT_TRUE(tree);
  EXPECT_THAT(tree->files, IsEmpty());
}

TEST_F(TreeReaderTest, ListsSymlinksSubmodulesAndLargeFilesWithoutText) {
  repo_.Write("locations/large.yaml", std::string(101, 'x')).Write("locations/fits.yaml", std::string(100, 'x'));
  repo_.Link("locations/link.yaml", "fits.yaml");
  repo_.Git({"update-index", "--add", "--cacheinfo", "160000,0123456789012345678901234567890123456789,locations/sub"});
  const std::string id = repo_.Commit();
  TreeLimits limits;
  limits.file_bytes = 100;
  // `git add -A` drops a submodule that is not there, so it is put back by hand.
  const std::string sub = MakeTree(repo_.Git({"ls-tree", "HEAD:locations"}) +
                                   "\n160000 commit 0123456789012345678901234567890123456789\tsub\n");
  const auto tree = Read(CommitTree(MakeTree("040000 tree " + sub + "\tlocations\n")), "", limits);
  ASSERT_TRUE(tree) << tree.error().Text();
  EXPECT_EQ(tree->Find("locations/fits.yaml")->kind, FileKind::kFile);
  EXPECT_EQ(tree->Find("locations/large.yaml")->kind, FileKind::kTooLarge);
  EXPECT_EQ(tree->Find("locations/large.yaml")->size, 101U);
  EXPECT_EQ(tree->Find("locations/large.yaml")->text, "");
  EXPECT_EQ(tree->Find("locations/link.yaml")->kind, FileKind::kSymlink);
  EXPECT_EQ(tree->Find("locations/link.yaml")->text, "");
  EXPECT_EQ(tree->Find("locations/sub")->kind, FileKind::kSubmodule);
  EXPECT_EQ(tree->Find("locations/sub")->blob_id, "0123456789012345678901234567890123456789");
}

TEST_F(TreeReaderTest, ListsATopLevelNameThatIsNoFolder) {
  repo_.Link("locations", "elsewhere").Write("elsewhere/a.yaml", "a");
  const auto tree = Read(repo_.Commit());
  ASSERT_TRUE(tree);
  ASSERT_THAT(Paths(*tree), ElementsAre("locations"));
  EXPECT_EQ(tree->files[0]->kind, FileKind::kSymlink);
}

TEST_F(TreeReaderTest, NoticesThatAFileBecameASymlinkWithTheSameBytes) {
  repo_.Write("locations/a.yaml", "b.yaml");
  const std::string before = repo_.Commit();
  repo_.Remove("locations/a.yaml").Link("locations/a.yaml", "b.yaml");
  const std::string after = repo_.Commit();
  EXPECT_EQ(Read(before)->files[0]->kind, FileKind::kFile);
  EXPECT_EQ(Read(after)->files[0]->kind, FileKind::kSymlink);
  EXPECT_EQ(Read(before)->files[0]->kind, FileKind::kFile);
}

TEST_F(TreeReaderTest, SharesFilesThatDidNotChangeBetweenRevisions) {
  for (int i = 0; i < 20; ++i) repo_.Write("locations/f" + std::to_string(i % 4) + "/" + std::to_string(i), "text");
  const auto first = Read(repo_.Commit());
  repo_.Write("locations/f1/1", "changed").Write("locations/f1/0", "new");
  const auto second = Read(repo_.Commit());
  ASSERT_TRUE(first && second);
  int shared = 0;
  for (const auto& file : second->files) {
    for (const auto& before : first->files) shared += before == file ? 1 : 0;
  }
  EXPECT_EQ(shared, 19);
}

TEST_F(TreeReaderTest, ReadsTextsAgainWhenTheirLimitChanges) {
  repo_.Write("locations/a.yaml", "0123456789");
  const std::string id = repo_.Commit();
  TreeLimits small;
  small.file_bytes = 5;
  EXPECT_EQ(Read(id, "", small)->files[0]->kind, FileKind::kTooLarge);
  EXPECT_EQ(Read(id)->files[0]->text, "0123456789");
  EXPECT_EQ(Read(id, "", small)->files[0]->kind, FileKind::kTooLarge);
}

struct LimitCase {
  std::string name;
  TreeLimits limits;
  std::string says;
};

class TreeLimitTest : public TreeReaderTest, public ::testing::WithParamInterface<LimitCase> {};

TEST_P(TreeLimitTest, NamesTheLimitAndThePath) {
  repo_.Write("locations/a/b/c/x.yaml", "0123456789").Write("locations/a/y.yaml", "0123456789");
  const std::string id = repo_.Commit();
  ASSERT_TRUE(Read(id, "", GetParam().limits).has_error());
  const Error cold = Read(id, "", GetParam().limits).error();
  EXPECT_EQ(cold.code, "git-tree-limit");
  EXPECT_EQ(cold.kind, ErrorKind::kInvalid);
  EXPECT_EQ(cold.subject, "workspace");
  EXPECT_THAT(cold.message, HasSubstr(GetParam().says));
  ASSERT_TRUE(Read(id));  // now everything is remembered
  EXPECT_EQ(Read(id, "", GetParam().limits).error().code, "git-tree-limit");
}

TreeLimits Limits(std::size_t files, int depth, std::uint64_t total_bytes) {
  TreeLimits limits;
  limits.files = files;
  limits.depth = depth;
  limits.total_bytes = total_bytes;
  return limits;
}

INSTANTIATE_TEST_SUITE_P(
    All, TreeLimitTest,
    ::testing::Values(LimitCase{"Files", Limits(5, 16, 1000), "more than 5 files and folders, the first too many at"},
                      LimitCase{"Depth", Limits(100, 3, 1000),
                                "more than 3 deep, the first too many at \"locations/a/b/c\""},
                      LimitCase{"Bytes", Limits(100, 16, 19),
                                "more than 19 bytes together, the first too many at \"locations/a/y.yaml\""}),
    support::CaseName());

TEST_F(TreeReaderTest, StaysWithinItsLimitsOnATreeThatRepeatsItself) {
  // Ten folders deep, ten entries wide, twenty objects on disk: 10^10 folders when unfolded, none of them with a file.
  std::string tree = repo_.Git({"mktree"}, "");
  for (int level = 0; level < 10; ++level) {
    std::string lines;
    for (int i = 0; i < 10; ++i) lines += "040000 tree " + tree + "\td" + std::to_string(i) + "\n";
    tree = MakeTree(lines);
  }
  const auto read = Read(CommitTree(MakeTree("040000 tree " + tree + "\tlocations\n")));
  ASSERT_TRUE(read.has_error());
  EXPECT_EQ(read.error().code, "git-tree-limit");
}

// `git mktree` sorts and refuses duplicates, so malformed trees are written as raw objects.
std::string RawTree(support::TempGitRepo& repo, const std::vector<std::string>& names) {
  std::string blob = repo.Git({"hash-object", "-w", "--stdin"}, "text");
  std::string bytes;
  for (std::size_t i = 0; i < blob.size(); i += 2)
    bytes += static_cast<char>(std::stoi(blob.substr(i, 2), nullptr, 16));
  std::string tree;
  for (const std::string& name : names) tree += "100644 " + name + '\0' + bytes;
  return repo.Git({"hash-object", "-w", "--literally", "-t", "tree", "--stdin"}, tree);
}

struct MalformedCase {
  std::string name;
  std::vector<std::string> entries;
};

class MalformedTreeTest : public TreeReaderTest, public ::testing::WithParamInterface<MalformedCase> {};

TEST_P(MalformedTreeTest, IsRefused) {
  const std::string tree = RawTree(repo_, GetParam().entries);
  const auto read = Read(CommitTree(MakeTree("040000 tree " + tree + "\tlocations\n")));
  ASSERT_TRUE(read.has_error());
  EXPECT_EQ(read.error().code, "git-tree-malformed") << read.error().Text();
}

INSTANTIATE_TEST_SUITE_P(All, MalformedTreeTest,
                         ::testing::Values(MalformedCase{"TwiceTheSameName", {"a.yaml", "a.yaml"}},
                                           MalformedCase{"NotSorted", {"b.yaml", "a.yaml"}},
                                           MalformedCase{"DotDot", {".."}}, MalformedCase{"DotGit", {".GIT"}},
                                           MalformedCase{"Slash", {"a/b"}},
                                           MalformedCase{"NameOfA1000Bytes", {std::string(1000, 'n')}}),
                         support::CaseName());

TEST_F(TreeReaderTest, SaysWhichObjectIsMissing) {
  const std::string tree = MakeTree("100644 blob 0123456789012345678901234567890123456789\ta.yaml\n");
  const auto read = Read(CommitTree(MakeTree("040000 tree " + tree + "\tlocations\n")));
  ASSERT_TRUE(read.has_error());
  EXPECT_EQ(read.error().code, "git-object-unreadable");
  EXPECT_EQ(read.error().kind, ErrorKind::kRetry);
  EXPECT_THAT(read.error().message, HasSubstr("locations/a.yaml"));
  EXPECT_EQ(Read("0123456789012345678901234567890123456789").error().code, "git-revision-unknown");
}

TEST_F(TreeReaderTest, FailsOnABlobWhoseBytesWereDamaged) {
  repo_.Write("locations/a.yaml", "some text");
  const std::string id = repo_.Commit();
  const std::string blob = repo_.Git({"rev-parse", "HEAD:locations/a.yaml"});
  const std::string other = repo_.Git({"hash-object", "-w", "--stdin"}, "another text");
  const std::string objects = repo_.path() + "/.git/objects/";
  std::filesystem::remove(objects + blob.substr(0, 2) + "/" + blob.substr(2));
  std::filesystem::copy(objects + other.substr(0, 2) + "/" + other.substr(2),
                        objects + blob.substr(0, 2) + "/" + blob.substr(2));
  const auto read = Read(id);
  ASSERT_TRUE(read.has_error());
  EXPECT_EQ(read.error().code, "git-object-unreadable");
}

// Whatever was read before, reading a revision gives the same as reading it first.
TEST_F(TreeReaderTest, IncrementalReadsEqualColdOnes) {
  std::mt19937 random(20261122);  // NOLINT: the same history on every run
  std::vector<std::string> commits;
  const auto file = [&] {
    static constexpr std::array<const char*, 4> kFolders{"locations/", "locations/a/", "locations/a/b/",
                                                         "environments/x/"};
    return kFolders[random() % kFolders.size()] + std::string("f") + std::to_string(random() % 12);
  };
  for (int step = 0; step < 40; ++step) {
    const std::string path = file();
    repo_.Remove(path);
    if (random() % 3 != 0) repo_.Write(path, "text " + std::to_string(random() % 4));
    if (random() % 10 == 0) repo_.Remove("locations/a");
    if (random() % 6 == 0) repo_.Remove(path).Link(path, "text 1");
    commits.push_back(repo_.Commit());
  }
  for (int i = 0; i < 120; ++i) {
    const std::string& id = commits[random() % commits.size()];
    TreeLimits limits;
    limits.file_bytes = random() % 5 == 0 ? 3 : 1000;
    const auto incremental = Read(id, "", limits);
    const auto cold = ReadCold(id, limits);
    ASSERT_TRUE(incremental && cold);
    ExpectEqual(*incremental, *cold);
    EXPECT_TRUE(std::is_sorted(cold->files.begin(), cold->files.end(),
                               [](const auto& a, const auto& b) { return a->path < b->path; }));
  }
}

}  // namespace
}  // namespace dagitops::git
