#include "dagitops/source/git/git_code_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "support/case_name.h"
#include "support/git_source_fixture.h"

namespace dagitops::git {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class CodeStoreTest : public support::GitSourceTest {
 protected:
  // Commits what was written, fetches it and gives back the id of the folder `code`.
  std::string Publish() {
    remote_.Commit();
    MustFetch(*Open());
    return remote_.Git({"rev-parse", "HEAD:code"});
  }

  std::unique_ptr<CodeStore> OpenStore(const CodeLimits& limits = {}) const {
    auto store = OpenGitCodeStore(state_ / "git", state_ / "code", limits);
    if (!store) throw std::runtime_error(store.error().Text());
    return std::move(*store);
  }

  std::string MustLayOut(const std::string& tree) const {
    const auto path = OpenStore()->LayOut(tree);
    if (!path) throw std::runtime_error(path.error().code + ": " + path.error().Text());
    return *path;
  }

  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(state_ / "code")) names.push_back(entry.path().filename());
    return names;
  }

  static unsigned Mode(const std::string& path) {
    struct stat info {};
    return stat(path.c_str(), &info) == 0 ? info.st_mode & 07777 : 0;
  }
};

TEST_F(CodeStoreTest, LaysATreeOutAsItIsInGit) {
  remote_.Write("code/main.py", "print()\n").Write("code/bin/run.sh", "#!/bin/sh\n").Write("code/pkg/empty.py", "");
  remote_.Write("code/bytes.bin", std::string("\0\r\n\xFF", 4))
      .Link("code/pkg/up", "../main.py")
      .Link("code/self", ".");
  fs::permissions(remote_.path() + "/code/bin/run.sh", fs::perms::owner_all);
  const std::string tree = Publish();
  const std::string path = MustLayOut(tree);
  EXPECT_EQ(path, fs::canonical(state_ / "code").string() + "/" + tree);
  EXPECT_EQ(state_.Read("code/" + tree + "/main.py"), "print()\n");
  EXPECT_EQ(state_.Read("code/" + tree + "/bytes.bin"), std::string("\0\r\n\xFF", 4));
  EXPECT_EQ(state_.Read("code/" + tree + "/pkg/up"), "print()\n");
  EXPECT_EQ(Mode(path + "/main.py"), 0444U);
  EXPECT_EQ(Mode(path + "/bin/run.sh"), 0555U);
  EXPECT_EQ(Mode(path + "/bin"), 0555U);
  EXPECT_EQ(Mode(path), 0555U);
  EXPECT_EQ(fs::file_size(path + "/pkg/empty.py"), 0U);
  EXPECT_THAT(Names(), ElementsAre(tree));
}

TEST_F(CodeStoreTest, ATreeThatIsThereIsNotWrittenAgain) {
  const std::string tree = (remote_.Write("code/main.py", "1"), Publish());
  const auto store = OpenStore();
  ASSERT_TRUE(store->LayOut(tree));
  const auto written = fs::last_write_time(state_ / ("code/" + tree + "/main.py"));
  fs::remove_all(state_ / "git");
  EXPECT_TRUE(store->LayOut(tree));
  EXPECT_EQ(fs::last_write_time(state_ / ("code/" + tree + "/main.py")), written);
}

TEST_F(CodeStoreTest, SaysThatATreeIsUnknown) {
  const std::string tree = (remote_.Write("code/main.py", "1"), Publish());
  const std::string commit = remote_.Head();
  for (const std::string& id : {std::string("0123456789012345678901234567890123456789"), std::string("main"),
                                std::string("../x"), std::string(), commit}) {
    const auto path = OpenStore()->LayOut(id);
    ASSERT_TRUE(path.has_error()) << id;
    EXPECT_EQ(path.error().code, "code-missing");
  }
  EXPECT_THAT(Names(), IsEmpty());
}

struct RefusedCase {
  std::string name;
  std::function<void(support::TempGitRepo&)> write;
  std::string code;
  std::string says;
};

class RefusedTreeTest : public CodeStoreTest, public ::testing::WithParamInterface<RefusedCase> {};

TEST_P(RefusedTreeTest, NamesThePathAndLeavesNothing) {
  remote_.Write("code/a.py", "a");
  GetParam().write(remote_);
  CodeLimits limits;
  limits.files = 20;
  limits.bytes = 2000;
  limits.file_bytes = 1500;
  limits.depth = 3;
  const auto path = OpenStore(limits)->LayOut(Publish());
  ASSERT_TRUE(path.has_error());
  EXPECT_EQ(path.error().code, GetParam().code) << path.error().Text();
  EXPECT_EQ(path.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(path.error().Text(), HasSubstr(GetParam().says));
  EXPECT_NE(path.error().hint, "");
  EXPECT_THAT(Names(), IsEmpty());
}

using Repo = support::TempGitRepo;

INSTANTIATE_TEST_SUITE_P(
    All, RefusedTreeTest,
    ::testing::Values(
        RefusedCase{"AbsoluteSymlink", [](Repo& r) { r.Link("code/x", "/etc/passwd"); }, "code-symlink",
                    "x: is a symlink that leads to the absolute"},
        RefusedCase{"SymlinkUpwards", [](Repo& r) { r.Link("code/sub/x", "../../outside"); }, "code-symlink",
                    "sub/x: is a symlink that leads out"},
        RefusedCase{"SymlinkToTheFolderAbove", [](Repo& r) { r.Link("code/x", ".."); }, "code-symlink",
                    "x: is a symlink that leads out"},
        RefusedCase{"SymlinkBesideTheTree", [](Repo& r) { r.Link("code/x", "../" + std::string(40, 'a')); },
                    "code-symlink", "x: is a symlink that leads out"},
        // By its letters this one stays inside: d/d/.. is d. On disk d is the tree itself, and .. of that is outside.
        RefusedCase{"SymlinkOverASymlink", [](Repo& r) { r.Link("code/d", ".").Link("code/x", "d/d/../../y"); },
                    "code-symlink", "x: is a symlink that leads out"},
        // The same over something that is not there yet.
        RefusedCase{"SymlinkOverNothing", [](Repo& r) { r.Link("code/x", "later/../../y"); }, "code-symlink",
                    "x: is a symlink that leads out"},
        RefusedCase{"SymlinkInACircle", [](Repo& r) { r.Link("code/x", "y").Link("code/y", "x"); }, "code-symlink",
                    "in a circle"},
        RefusedCase{"LfsPointer",
                    [](Repo& r) {
                      r.Write("code/data/model.bin",
                              "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n");
                    },
                    "code-lfs", "data/model.bin: is a git-lfs pointer"},
        RefusedCase{"TooManyEntries",
                    [](Repo& r) {
                      for (int i = 0; i < 25; ++i) r.Write("code/f" + std::to_string(i), "x");
                    },
                    "code-too-large", "more than 20 files and folders"},
        RefusedCase{"TooDeep", [](Repo& r) { r.Write("code/a/b/c/d/e.py", "x"); }, "code-too-large",
                    "a/b/c/d: is the first too many: the code's folder holds folders more than 3 deep"},
        RefusedCase{"TooManyBytes",
                    [](Repo& r) { r.Write("code/b", std::string(1400, 'x')).Write("code/c", std::string(1400, 'y')); },
                    "code-too-large", "c: is the first too many: the code's folder holds more than 2000 bytes"},
        RefusedCase{"TooLargeAFile", [](Repo& r) { r.Write("code/b", std::string(1600, 'x')); }, "code-too-large",
                    "b: is the first too many: the code's folder holds a file of 1600 bytes"}),
    support::CaseName());

TEST_F(CodeStoreTest, SymlinksThatStayInsideAreKept) {
  remote_.Write("code/a/b/c.py", "c").Link("code/root", ".").Link("code/a/up", "../root/a/b/../..");
  remote_.Link("code/a/b/far", "../../root/root/a/up/a/b/c.py");
  EXPECT_EQ(state_.Read("code/" + fs::path(MustLayOut(Publish())).filename().string() + "/a/b/far"), "c");
}

TEST_F(CodeStoreTest, ASymlinkToNothingInsideTheTreeIsKept) {
  remote_.Write("code/a.py", "a").Link("code/later", "made/at/run/time");
  EXPECT_TRUE(fs::is_symlink(MustLayOut(Publish()) + "/later"));
}

TEST_F(CodeStoreTest, ALargeFileThatLooksLikeAPointerIsAFile) {
  const std::string text = "version https://git-lfs.github.com/spec/v1\n" + std::string(2000, 'x');
  remote_.Write("code/doc.txt", text);
  EXPECT_TRUE(OpenStore()->LayOut(Publish()));
}

TEST_F(CodeStoreTest, RefusesASubmodule) {
  remote_.Write("code/a.py", "a").Commit();
  const std::string code =
      remote_.Git({"mktree", "--missing"}, remote_.Git({"ls-tree", "HEAD:code"}) +
                                               "\n160000 commit 0123456789012345678901234567890123456789\tvendored\n");
  const std::string root = remote_.Git({"mktree"}, "040000 tree " + code + "\tcode\n");
  remote_.Git({"update-ref", "refs/heads/main", remote_.Git({"commit-tree", "-m", "submodule", root})});
  MustFetch(*Open());
  const auto path = OpenStore()->LayOut(code);
  ASSERT_TRUE(path.has_error());
  EXPECT_EQ(path.error().code, "code-submodule");
  EXPECT_EQ(path.error().subject, "vendored");
}

TEST_F(CodeStoreTest, RefusesNamesThatNoDiskMayGet) {
  for (const std::string& name : {std::string(".."), std::string(".git"), std::string("a/b"), std::string(300, 'n')}) {
    const std::string blob = remote_.Git({"hash-object", "-w", "--stdin"}, "text");
    std::string bytes;
    for (std::size_t i = 0; i < blob.size(); i += 2) {
      bytes += static_cast<char>(std::stoi(blob.substr(i, 2), nullptr, 16));
    }
    const std::string tree =
        remote_.Git({"hash-object", "-w", "--literally", "-t", "tree", "--stdin"}, "100644 " + name + '\0' + bytes);
    const std::string root = remote_.Git({"mktree"}, "040000 tree " + tree + "\tcode\n");
    remote_.Git({"update-ref", "refs/heads/main", remote_.Git({"commit-tree", "-m", name, root})});
    MustFetch(*Open());
    const auto path = OpenStore()->LayOut(tree);
    ASSERT_TRUE(path.has_error()) << name;
    EXPECT_EQ(path.error().code, "code-bad-name");
  }
  EXPECT_THAT(Names(), IsEmpty());
}

TEST_F(CodeStoreTest, CollectsAllTreesButThese) {
  std::vector<std::string> trees;
  for (int i = 0; i < 4; ++i) {
    remote_.Write("code/main.py", std::to_string(i)).Write("code/sub/x.py", std::to_string(i));
    trees.push_back(Publish());
    MustLayOut(trees.back());
  }
  const auto store = OpenStore();
  state_.Write("code/notes.txt", "somebody's own");
  ASSERT_TRUE(store->Collect({trees[1], trees[3], "0123456789012345678901234567890123456789"}));
  EXPECT_THAT(Names(), UnorderedElementsAre(trees[1], trees[3], "notes.txt"));
  EXPECT_EQ(state_.Read("code/" + trees[3] + "/main.py"), "3");
  EXPECT_TRUE(store->LayOut(trees[0]));
}

TEST_F(CodeStoreTest, CollectsWhatKilledOnesLeftOnceItIsOld) {
  const auto store = OpenStore();
  state_.Write("code/.new-oldone/half.py", "x");
  state_.Write("code/.new-recent/half.py", "x");
  state_.Write("code/.old-abcdef/sub/half.py", "x");
  fs::last_write_time(state_ / "code/.new-oldone", fs::file_time_type::clock::now() - std::chrono::hours(2));
  ASSERT_TRUE(store->Collect({}));
  EXPECT_THAT(Names(), ElementsAre(".new-recent"));
}

TEST_F(CodeStoreTest, SeveralStoresLayOutTheSameTree) {
  for (int i = 0; i < 200; ++i) remote_.Write("code/f" + std::to_string(i), "text");
  const std::string tree = Publish();
  std::vector<std::string> failures(4);
  std::vector<std::jthread> threads;
  for (std::string& failure : failures) {
    threads.emplace_back([&] {
      const auto path = OpenStore()->LayOut(tree);
      if (!path) failure = path.error().Text();
    });
  }
  threads.clear();
  EXPECT_THAT(failures, ElementsAre("", "", "", ""));
  EXPECT_THAT(Names(), ElementsAre(tree));
}

// kill -9 while a tree is laid out, at many moments: under its own name a tree is whole or absent.
TEST_F(CodeStoreTest, KilledAtAnyMomentATreeIsWholeOrAbsent) {
  constexpr int kFiles = 400;
  for (int i = 0; i < kFiles; ++i) remote_.Write("code/d" + std::to_string(i % 20) + "/f" + std::to_string(i), "text");
  const std::string tree = Publish();
  int absent = 0;
  for (int round = 0; round < 20; ++round) {
    const pid_t pid = fork();
    if (pid == 0) {
      static_cast<void>(OpenStore()->LayOut(tree));
      _exit(0);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(round * 2));
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    if (!fs::exists(state_ / ("code/" + tree))) {
      ++absent;
      continue;
    }
    int files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(state_ / ("code/" + tree))) {
      files += entry.is_regular_file() && fs::file_size(entry.path()) == 4 ? 1 : 0;
    }
    EXPECT_EQ(files, kFiles);
    EXPECT_TRUE(OpenStore()->Collect({}));
  }
  EXPECT_GT(absent, 0);
  EXPECT_EQ(MustLayOut(tree), fs::canonical(state_ / "code").string() + "/" + tree);
}

}  // namespace
}  // namespace dagitops::git
