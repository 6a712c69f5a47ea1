#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <stop_token>
#include <thread>

#include "dagitops/base/text.h"

#include "support/git_source_fixture.h"
#include "support/program.h"

namespace dagitops::git {
namespace {

namespace fs = std::filesystem;

using State = BranchHead::State;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class FetchTest : public support::GitSourceTest {
 protected:
  FetchTest() {
    remote_.Write("locations/a.yaml", "a");
    first_ = remote_.Commit("first");
  }

  std::vector<std::string> Refs(const std::string& prefix) {
    const std::string text = remote_.Git({"--git-dir", mirror(), "for-each-ref", "--format=%(refname)", prefix});
    return text.empty() ? std::vector<std::string>{} : Split(text, '\n');
  }
  int Packs() {
    int packs = 0;
    for (const auto& entry : fs::directory_iterator(mirror() + "/objects/pack")) {
      packs += entry.path().extension() == ".pack" ? 1 : 0;
    }
    return packs;
  }

  std::string first_;
};

TEST_F(FetchTest, BringsTheBranchAndItsFragments) {
  const auto source = Open();
  EXPECT_EQ(source->Head().error().code, "git-never-fetched");
  const BranchHead head = MustFetch(*source);
  EXPECT_EQ(head.state, State::kPresent);
  EXPECT_EQ(head.revision.id, first_);
  EXPECT_EQ(head.revision.subject, "first");
  EXPECT_EQ(head.revision.author_name, "Ada Author");
  EXPECT_THAT(Paths(*source, head.revision), ElementsAre("locations/a.yaml"));
  EXPECT_EQ(source->Head()->revision, head.revision);
  EXPECT_EQ(source->Resolve("main")->id, first_);
  EXPECT_EQ(Fsck(), "");
}

TEST_F(FetchTest, AFetchThatFindsNothingNewBringsNothing) {
  const auto source = Open();
  MustFetch(*source);
  const int packs = Packs();
  EXPECT_EQ(MustFetch(*source).revision.id, first_);
  EXPECT_EQ(Packs(), packs);
}

TEST_F(FetchTest, FollowsAnOrdinaryPush) {
  const auto source = Open();
  const Revision applied = MustFetch(*source).revision;
  remote_.Write("locations/b.yaml", "b");
  const std::string second = remote_.Commit("second");
  const BranchHead head = MustFetch(*source);
  EXPECT_EQ(head.revision.id, second);
  EXPECT_THAT(Paths(*source, head.revision), ElementsAre("locations/a.yaml", "locations/b.yaml"));
  EXPECT_EQ(source->Compare(applied, head.revision)->ancestry, Ancestry::kDescends);
  EXPECT_EQ(source->Resolve("HEAD")->id, second) << "that of the branch: a mirror has no checkout";
  EXPECT_EQ(source->Resolve("HEAD~1")->id, first_);
  EXPECT_EQ(source->Resolve("main^")->id, first_);
  EXPECT_EQ(remote_.Git({"--git-dir", mirror(), "rev-parse", "refs/dagitops/head/main"}), second);
}

TEST_F(FetchTest, OnlyTheTrackedBranchIsFetched) {
  remote_.Git({"checkout", "-q", "-b", "other"});
  remote_.Write("large", "x");
  const std::string other = remote_.Commit();
  remote_.Git({"tag", "v1"});
  remote_.Git({"checkout", "-q", "main"});
  const auto source = Open();
  MustFetch(*source);
  EXPECT_EQ(source->Resolve(other).error().code, "git-revision-unknown");
  EXPECT_THAT(Refs("refs"), ElementsAre("refs/dagitops/head/main"));
}

TEST_F(FetchTest, ADeletedBranchIsAStateAndItsCommitsStay) {
  const auto source = Open();
  const Revision revision = MustFetch(*source).revision;
  remote_.Git({"checkout", "-q", "-b", "renamed"});
  remote_.Git({"branch", "-q", "-D", "main"});
  EXPECT_EQ(MustFetch(*source).state, State::kBranchMissing);
  EXPECT_EQ(source->Head()->state, State::kBranchMissing);
  EXPECT_EQ(Open()->Head()->state, State::kBranchMissing);
  EXPECT_THAT(Paths(*source, revision), ElementsAre("locations/a.yaml"));
  remote_.Git({"branch", "main"});
  EXPECT_EQ(MustFetch(*source).revision.id, first_);
}

TEST_F(FetchTest, ARepositoryWithoutCommitsIsAState) {
  support::TempGitRepo bare(support::TempGitRepo::Kind::kBare);
  support::TempGitRepo unborn;
  GitSettings settings = Settings();
  settings.remote = bare.path();
  EXPECT_EQ(MustFetch(*Open(settings)).state, State::kRepositoryEmpty);
  settings.remote = unborn.path();
  EXPECT_EQ(MustFetch(*Open(settings)).state, State::kRepositoryEmpty);
  settings.branch = "";
  EXPECT_EQ(MustFetch(*Open(settings)).state, State::kRepositoryEmpty);
}

TEST_F(FetchTest, ARepositoryThatWasEmptiedKeepsWhatWasFetched) {
  const auto source = Open();
  const Revision revision = MustFetch(*source).revision;
  remote_.Git({"update-ref", "-d", "refs/heads/main"});
  EXPECT_EQ(MustFetch(*source).state, State::kRepositoryEmpty);
  EXPECT_THAT(Paths(*source, revision), ElementsAre("locations/a.yaml"));
}

TEST_F(FetchTest, AForcePushIsFollowedAndTheOldCommitStays) {
  remote_.Write("locations/b.yaml", "b");
  const Revision applied{remote_.Commit("second"), "", "", 0, ""};
  const auto source = Open();
  MustFetch(*source);
  remote_.Git({"reset", "-q", "--hard", first_});
  remote_.Write("locations/c.yaml", "c");
  const std::string rewritten = remote_.Commit("rewritten");
  remote_.Git({"reflog", "expire", "--expire=now", "--all"});
  remote_.Git({"gc", "-q", "--prune=now"});
  const BranchHead head = MustFetch(*source);
  EXPECT_EQ(head.revision.id, rewritten);
  EXPECT_EQ(source->Compare(applied, head.revision)->ancestry, Ancestry::kDiverged);
  EXPECT_THAT(Paths(*source, applied), ElementsAre("locations/a.yaml", "locations/b.yaml"));
}

TEST_F(FetchTest, ARewoundBranchIsFollowed) {
  remote_.Write("locations/b.yaml", "b");
  const Revision applied{remote_.Commit("second"), "", "", 0, ""};
  const auto source = Open();
  MustFetch(*source);
  remote_.Git({"reset", "-q", "--hard", first_});
  const BranchHead head = MustFetch(*source);
  EXPECT_EQ(head.revision.id, first_);
  EXPECT_EQ(source->Compare(applied, head.revision)->ancestry, Ancestry::kDiverged);
}

TEST_F(FetchTest, AnUnrelatedHistoryIsFollowed) {
  const auto source = Open();
  const Revision applied = MustFetch(*source).revision;
  remote_.Git({"checkout", "-q", "--orphan", "fresh"});
  remote_.Commit("new root");
  remote_.Git({"branch", "-q", "-M", "main"});
  const BranchHead head = MustFetch(*source);
  EXPECT_EQ(head.revision.subject, "new root");
  EXPECT_EQ(source->Compare(applied, head.revision)->ancestry, Ancestry::kDiverged);
}

TEST_F(FetchTest, WithoutABranchTheRemotesDefaultIsFollowed) {
  GitSettings settings = Settings();
  settings.branch = "";
  remote_.Git({"branch", "-q", "-M", "trunk"});
  const auto source = Open(settings);
  EXPECT_EQ(MustFetch(*source).revision.id, first_);
  remote_.Git({"checkout", "-q", "-b", "next"});
  const std::string second = remote_.Commit("on the new default");
  EXPECT_EQ(MustFetch(*source).revision.id, second);
}

TEST_F(FetchTest, BranchesWhoseNamesAreFoldersOfEachOtherShareAMirror) {
  GitSettings settings = Settings();
  settings.branch = "feature";
  remote_.Git({"branch", "-q", "-M", "feature"});
  const auto source = Open(settings);
  MustFetch(*source);
  remote_.Git({"branch", "-q", "-M", "feature/x"});
  settings.branch = "feature/x";
  const auto other = Open(settings);
  EXPECT_EQ(MustFetch(*other).revision.id, first_);
  EXPECT_EQ(MustFetch(*source).state, State::kBranchMissing);
  EXPECT_EQ(other->Head()->state, State::kPresent);
}

TEST_F(FetchTest, ReadsALinkedWorktreeAndAUrlOfAPath) {
  const support::TempDir folder;
  remote_.Git({"worktree", "add", "-q", "-b", "linked", folder / "linked"});
  GitSettings settings = Settings();
  settings.remote = folder / "linked";
  EXPECT_EQ(MustFetch(*Open(settings)).revision.id, first_);
  settings.remote = "file://" + remote_.path();
  EXPECT_EQ(MustFetch(*Open(settings)).revision.id, first_);
}

TEST_F(FetchTest, ReadsAWorkspaceInAFolder) {
  GitSettings settings = Settings();
  settings.path = "./deploy/";
  remote_.Write("deploy/locations/x.yaml", "x").Write("deploy/code/main.py", "m");
  remote_.Commit();
  const auto source = Open(settings);
  const Revision revision = MustFetch(*source).revision;
  EXPECT_THAT(Paths(*source, revision), ElementsAre("locations/x.yaml"));
  EXPECT_EQ(source->TreeIds(revision, {"code"})->at("code"), remote_.Git({"rev-parse", "HEAD:deploy/code"}));
  EXPECT_EQ(source->Names(revision, "code").value(), (std::map<std::string, bool>{{"main.py", false}}));
  EXPECT_EQ(source->LastChanges(revision, {"locations/x.yaml"})->at("locations/x.yaml").revision.id, revision.id);
}

TEST_F(FetchTest, AFetchThatFailsLeavesEverythingAsItWas) {
  const auto source = Open();
  const Revision revision = MustFetch(*source).revision;
  fs::rename(remote_.path(), remote_.path() + ".away");
  const auto failed = source->Fetch(kDeadline);
  fs::rename(remote_.path() + ".away", remote_.path());
  ASSERT_TRUE(failed.has_error());
  EXPECT_EQ(failed.error().code, "git-not-found") << failed.error().Text();
  EXPECT_EQ(failed.error().kind, ErrorKind::kStalled);
  EXPECT_EQ(failed.error().subject, remote_.path());
  EXPECT_EQ(source->Head()->revision.id, revision.id);
  EXPECT_THAT(Paths(*source, revision), ElementsAre("locations/a.yaml"));
}

TEST_F(FetchTest, WithoutARemoteTheMirrorCanBeReadAllTheSame) {
  MustFetch(*Open());
  GitSettings settings = Settings();
  settings.remote = "";
  const auto source = Open(settings);
  EXPECT_EQ(source->Fetch(kDeadline).error().code, "git-settings");
  EXPECT_THAT(Paths(*source, source->Head()->revision), ElementsAre("locations/a.yaml"));
}

TEST_F(FetchTest, AFetchWithoutTimeEndsAtOnce) {
  const auto source = Open();
  MustFetch(*source);
  const auto start = std::chrono::steady_clock::now();
  const auto failed = source->Fetch(Duration(0));
  EXPECT_EQ(failed.error().code, "git-fetch-timeout");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(3));
  EXPECT_EQ(source->Head()->revision.id, first_);
}

TEST_F(FetchTest, AFetchThatBringsTooMuchIsGivenUp) {
  GitSettings settings = Settings();
  settings.max_fetch_bytes = 1000;
  std::string noise;
  for (unsigned i = 0; i < 4000; ++i) noise += std::to_string(i * 2654435761U);
  remote_.Write("large.bin", noise);
  remote_.Commit();
  support::TempGitRepo bare(support::TempGitRepo::Kind::kBare);
  remote_.Git({"push", "-q", bare.path(), "main"});
  settings.remote = bare.path();
  const auto failed = Open(settings)->Fetch(kDeadline);
  ASSERT_TRUE(failed.has_error());
  EXPECT_EQ(failed.error().code, "git-too-large") << failed.error().Text();
}

TEST_F(FetchTest, SaysThatTheFetchingProgramIsMissingOrUseless) {
  GitSettings settings = Settings();
  settings.fetch_command = {"/nonexistent/program"};
  EXPECT_EQ(Open(settings)->Fetch(kDeadline).error().code, "git-fetch-not-started");
  settings.fetch_command = {"/bin/true"};
  EXPECT_EQ(Open(settings)->Fetch(kDeadline).error().code, "git-fetch-crashed");
  settings.fetch_command = {"/bin/sh", "-c", "kill -SEGV $$"};
  EXPECT_EQ(Open(settings)->Fetch(kDeadline).error().code, "git-fetch-crashed");
}

// What fetches, by the HOME it was given.
std::vector<std::string> Fetchers(const std::string& home) {
  std::vector<std::string> pids;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "environ", std::ios::binary);
    const std::string environment{std::istreambuf_iterator<char>(file), {}};
    if (environment.find("HOME=" + home) != std::string::npos) pids.push_back(entry.path().filename());
  }
  return pids;
}

// Those that are there once they are so many, or after five seconds.
std::vector<std::string> Fetchers(const std::string& home, std::size_t count) {
  auto found = Fetchers(home);
  for (int i = 0; i < 500 && found.size() != count; ++i) {
    std::this_thread::sleep_for(Duration(10));
    found = Fetchers(home);
  }
  return found;
}

TEST_F(FetchTest, KeepsOneProcessReadyAndStartsAnotherWhenItIsGone) {
  const std::string home = state_ / "git/home";
  const auto source = Open();
  ASSERT_TRUE(source->Fetch(kDeadline));
  const auto first = Fetchers(home, 1);
  ASSERT_EQ(first.size(), 1U) << "what fetched has ended";
  ASSERT_TRUE(source->Fetch(kDeadline));
  EXPECT_EQ(Fetchers(home, 1), first);
  ASSERT_EQ(kill(std::stoi(first.front()), SIGKILL), 0);
  ASSERT_EQ(Fetchers(home, 0).size(), 0U);
  ASSERT_TRUE(source->Fetch(kDeadline)) << "the one that was killed is replaced at once";
  const auto second = Fetchers(home, 1);
  ASSERT_EQ(second.size(), 1U);
  EXPECT_NE(second, first);
}

TEST_F(FetchTest, AsksAnotherWhenTheOneThatWasKeptEndsBeforeItHasAnswered) {
  const std::string home = state_ / "git/home";
  const auto source = Open();
  ASSERT_TRUE(source->Fetch(kDeadline));
  const auto first = Fetchers(home, 1);
  ASSERT_EQ(first.size(), 1U);
  const pid_t pid = std::stoi(first.front());
  ASSERT_EQ(kill(pid, SIGSTOP), 0);  // it takes what it is asked, and no more
  const std::jthread killer([pid] {
    std::this_thread::sleep_for(Duration(200));
    kill(pid, SIGKILL);
  });
  EXPECT_TRUE(source->Fetch(kDeadline));
  EXPECT_NE(Fetchers(home, 1), first);
}

TEST_F(FetchTest, LeavesNoProcessBehind) {
  ASSERT_TRUE(Open()->Fetch(kDeadline));
  EXPECT_EQ(Fetchers(state_ / "git/home"), std::vector<std::string>());
}

TEST_F(FetchTest, KillsAllThatTheFetchingProcessStarted) {
  const support::TempDir folder;
  GitSettings settings = Settings();
  settings.fetch_command = {"/bin/sh", "-c", "sleep 300 & echo $! > " + folder.path() + "/pid; sleep 300"};
  EXPECT_EQ(Open(settings)->Fetch(Duration(700)).error().code, "git-fetch-timeout");
  const std::string pid(Trim(folder.Read("pid")));
  ASSERT_NE(pid, "");
  const std::string stat = "/proc/" + pid + "/stat";
  for (int i = 0; i < 100 && fs::exists(stat); ++i) support::RunProgram({{"sleep", "0.02"}});
  EXPECT_FALSE(fs::exists(stat));
}

TEST_F(FetchTest, GivesUpAtOnceWhenItIsToldToStop) {
  std::stop_source stop;
  GitSettings settings = Settings();
  settings.stop = stop.get_token();
  settings.fetch_command = {"/bin/sh", "-c", "echo > '" + (state_ / "begun") + "'; sleep 300"};
  std::jthread stopper([&] {
    for (int i = 0; i < 500 && !fs::exists(state_ / "begun"); ++i) std::this_thread::sleep_for(Duration(10));
    stop.request_stop();
  });
  const auto source = Open(settings);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(source->Fetch(kDeadline).error().code, "git-fetch-stopped");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(8));
  EXPECT_EQ(source->Fetch(kDeadline).error().code, "git-fetch-stopped") << "and the next one too";
}

struct SettingsCase {
  std::string name;
  std::string remote;
  std::string branch;
  std::string path;
  std::string code;
};

class BadSettingsTest : public ::testing::TestWithParam<SettingsCase> {};

TEST_P(BadSettingsTest, AreRefused) {
  const support::TempDir folder;
  GitSettings settings;
  settings.remote = GetParam().remote;
  settings.branch = GetParam().branch;
  settings.path = GetParam().path;
  settings.mirror_dir = folder / "git";
  const auto source = OpenGitSource(settings);
  ASSERT_TRUE(source.has_error());
  EXPECT_EQ(source.error().code, GetParam().code);
  EXPECT_EQ(source.error().kind, ErrorKind::kInvalid);
}

INSTANTIATE_TEST_SUITE_P(All, BadSettingsTest,
                         ::testing::Values(SettingsCase{"BranchWithSpaces", "/x", "a b", ".", "git-settings"},
                                           SettingsCase{"BranchWithDots", "/x", "a..b", ".", "git-settings"},
                                           SettingsCase{"PathUpwards", "/x", "main", "../a", "git-bad-path"},
                                           SettingsCase{"AbsolutePath", "/x", "main", "/a", "git-bad-path"}),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace dagitops::git
