#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "dagitops/base/text.h"

#include "source/git/handles.h"
#include "source/git/pack_merge.h"
#include "support/git_source_fixture.h"

namespace dagitops::git {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class MirrorTest : public support::GitSourceTest {
 protected:
  MirrorTest() {
    remote_.Write("locations/a.yaml", "a");
    first_ = remote_.Commit("first");
    remote_.Write("locations/b.yaml", "b");
    second_ = remote_.Commit("second");
  }

  std::vector<std::string> Kept(const std::string& scope = "all") {
    const std::string text = remote_.Git(
        {"--git-dir", mirror(), "for-each-ref", "--format=%(objectname)", "refs/dagitops/keep/" + scope + "/"});
    return text.empty() ? std::vector<std::string>{} : Split(text, '\n');
  }

  // Writes nonsense over the middle of every file of that kind.
  void Damage(const std::string& extension) {
    int damaged = 0;
    for (const auto& entry : fs::recursive_directory_iterator(mirror() + "/objects/")) {
      if (!entry.is_regular_file() || entry.path().extension() != extension) continue;
      fs::permissions(entry.path(), fs::perms::owner_all);
      std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
      file.seekp(static_cast<std::streamoff>(fs::file_size(entry.path()) / 3));
      file << std::string(fs::file_size(entry.path()) / 3, '\xEE');
      ++damaged;
    }
    ASSERT_GT(damaged, 0);
  }

  Revision At(const std::string& id) const { return Revision{id, "", "", 0, ""}; }

  std::string first_;
  std::string second_;
};

TEST_F(MirrorTest, KeepsExactlyTheseRevisions) {
  const auto source = Open();
  MustFetch(*source);
  ASSERT_TRUE(source->Keep({first_, second_}));
  EXPECT_THAT(Kept(), UnorderedElementsAre(first_, second_));
  ASSERT_TRUE(source->Keep({first_}));
  EXPECT_THAT(Kept(), ElementsAre(first_));
  ASSERT_TRUE(source->Keep({}));
  EXPECT_THAT(Kept(), IsEmpty());
}

TEST_F(MirrorTest, KeepsWhatIsThereAndNamesWhatIsNot) {
  const std::string unknown = "0123456789012345678901234567890123456789";
  const auto source = Open();
  MustFetch(*source);
  ASSERT_TRUE(source->Keep({second_}));
  const auto lost = source->Keep({unknown, first_, "no id", second_});
  ASSERT_TRUE(lost) << lost.error().Text();
  EXPECT_THAT(*lost, ElementsAre(unknown, "no id"));
  EXPECT_THAT(Kept(), UnorderedElementsAre(first_, second_));
}

TEST_F(MirrorTest, KeepingInADamagedMirrorFailsAndDropsNothing) {
  MustFetch(*Open());
  ASSERT_TRUE(Open()->Keep({first_}));
  fs::remove(mirror() + "/HEAD");
  const auto kept = Open()->Keep({second_});
  ASSERT_TRUE(kept.has_error());
  EXPECT_EQ(kept.error().code, "git-mirror-corrupt");
  EXPECT_TRUE(fs::exists(mirror() + "/refs/dagitops/keep/all/" + first_));
}

TEST_F(MirrorTest, KeepingNeverWaitsForAFetchThatHangs) {
  MustFetch(*Open());
  GitSettings hanging = Settings();
  hanging.fetch_command = {"/bin/sh", "-c", "echo > '" + (state_ / "begun") + "'; sleep 300"};
  std::jthread fetch([&] { static_cast<void>(Open(hanging)->Fetch(Duration(2500))); });
  for (int i = 0; i < 200 && !fs::exists(state_ / "begun"); ++i) std::this_thread::sleep_for(Duration(10));
  ASSERT_TRUE(fs::exists(state_ / "begun"));
  const auto source = Open();
  const auto start = std::chrono::steady_clock::now();
  const auto kept = source->Keep({first_});
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
  EXPECT_TRUE(kept) << kept.error().Text();
  EXPECT_THAT(Kept(), ElementsAre(first_));
}

TEST_F(MirrorTest, EachScopeKeepsItsOwn) {
  GitSettings settings = Settings();
  settings.keep_scope = "production";
  const auto production = Open(settings);
  settings.keep_scope = "staging";
  const auto staging = Open(settings);
  MustFetch(*production);
  ASSERT_TRUE(production->Keep({first_}));
  ASSERT_TRUE(staging->Keep({second_}));
  EXPECT_THAT(Kept("production"), ElementsAre(first_));
  EXPECT_THAT(Kept("staging"), ElementsAre(second_));
}

TEST_F(MirrorTest, AKeptRevisionOutlivesAForcePushAndGarbageCollection) {
  const auto source = Open();
  MustFetch(*source);
  ASSERT_TRUE(source->Keep({second_}));
  remote_.Git({"reset", "-q", "--hard", first_});
  MustFetch(*source);
  remote_.Git({"--git-dir", mirror(), "gc", "-q", "--prune=now"});
  EXPECT_THAT(Paths(*source, At(second_)), ElementsAre("locations/a.yaml", "locations/b.yaml"));
}

TEST_F(MirrorTest, ALockLeftByAKilledWriterDoesNotStopTheNext) {
  const auto source = Open();
  MustFetch(*source);
  ASSERT_TRUE(source->Keep({first_}));
  std::ofstream(mirror() + "/refs/dagitops/head/main.lock") << "";
  std::ofstream(mirror() + "/refs/dagitops/keep/all/" + first_ + ".lock") << "";
  const std::string third = remote_.Commit("third");
  EXPECT_EQ(MustFetch(*source).revision.id, third);
  EXPECT_TRUE(source->Keep({}));
}

TEST_F(MirrorTest, RemovesOldLeftoversOfKilledFetchesOnly) {
  const auto source = Open();
  MustFetch(*source);
  const std::string pack = mirror() + "/objects/pack/";
  const auto make = [&](const std::string& path, bool old) {
    std::ofstream(path) << "half";
    if (old) fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours(2));
    return path;
  };
  const std::string old_pack = make(pack + "pack_git2_abc123", true);
  const std::string new_pack = make(pack + "pack_git2_def456", false);
  const std::string other = make(pack + "somebody-elses", true);
  fs::create_directories(state_ / "git/repo-abcdef");
  fs::last_write_time(state_ / "git/repo-abcdef", fs::file_time_type::clock::now() - std::chrono::hours(2));
  MustFetch(*source);
  EXPECT_FALSE(fs::exists(old_pack));
  EXPECT_TRUE(fs::exists(new_pack));
  EXPECT_TRUE(fs::exists(other));
  EXPECT_FALSE(fs::exists(state_ / "git/repo-abcdef"));
}

TEST_F(MirrorTest, ADamagedPackIsNoticedAndTheMirrorMadeAnew) {
  MustFetch(*Open());
  Damage(".pack");
  const auto source = Open();
  const auto tree = source->ReadTree(At(second_), {});
  ASSERT_TRUE(tree.has_error());
  EXPECT_EQ(tree.error().code, "git-mirror-corrupt") << tree.error().Text();
  EXPECT_EQ(tree.error().kind, ErrorKind::kRetry);
  EXPECT_EQ(MustFetch(*source).revision.id, second_);
  EXPECT_THAT(Paths(*source, At(second_)), ElementsAre("locations/a.yaml", "locations/b.yaml"));
  EXPECT_EQ(Fsck(), "");
}

TEST_F(MirrorTest, WhileTheRemoteIsAwayADamagedMirrorStays) {
  MustFetch(*Open());
  Damage(".pack");
  const auto source = Open();
  ASSERT_TRUE(source->ReadTree(At(second_), {}).has_error());
  fs::rename(remote_.path(), remote_.path() + ".away");
  EXPECT_EQ(source->Fetch(kDeadline).error().code, "git-not-found");
  fs::rename(remote_.path() + ".away", remote_.path());
  int folders = 0;
  for (const auto& entry : fs::directory_iterator(state_ / "git")) {
    folders += entry.path().filename().string().starts_with("repo-") ? 1 : 0;
  }
  EXPECT_EQ(folders, 1);
  EXPECT_EQ(MustFetch(*source).revision.id, second_);
}

TEST_F(MirrorTest, WhatIsKeptComesAlongIntoTheNewMirror) {
  const auto source = Open();
  MustFetch(*source);
  ASSERT_TRUE(source->Keep({second_}));
  remote_.Git({"reset", "-q", "--hard", first_});
  remote_.Write("locations/c.yaml", "c");
  const std::string third = remote_.Commit("third");
  MustFetch(*source);
  remote_.Git({"reflog", "expire", "--expire=now", "--all"});
  remote_.Git({"gc", "-q", "--prune=now"});
  // Only the newest commit's own pack is lost; the kept one lies in the first.
  std::string newest;
  for (const auto& entry : fs::directory_iterator(mirror() + "/objects/pack")) {
    if (entry.path().extension() != ".idx") continue;
    const std::string listed =
        remote_.Git({"show-index"}, state_.Read("git/mirror.git/objects/pack/" + entry.path().filename().string()));
    if (listed.find(third) != std::string::npos) newest = entry.path();
  }
  ASSERT_NE(newest, "");
  fs::remove(newest);
  fs::remove(fs::path(newest).replace_extension(".pack"));
  const auto again = Open();
  EXPECT_EQ(again->Head().error().code, "git-mirror-corrupt");
  EXPECT_EQ(MustFetch(*again).revision.id, third);
  EXPECT_THAT(Kept(), ElementsAre(second_));
  EXPECT_THAT(Paths(*again, At(second_)), ElementsAre("locations/a.yaml", "locations/b.yaml"));
  EXPECT_EQ(Fsck(), "");
}

TEST_F(MirrorTest, AMirrorThatIsNoRepositoryIsMadeAnew) {
  MustFetch(*Open());
  fs::remove(mirror() + "/HEAD");
  const auto source = Open();
  EXPECT_EQ(source->Resolve("main").error().code, "git-mirror-corrupt");
  EXPECT_EQ(MustFetch(*source).revision.id, second_);
  EXPECT_EQ(source->Resolve("main")->id, second_);
}

TEST_F(MirrorTest, AnotherSourceFollowsToTheNewMirror) {
  const auto bystander = Open();
  MustFetch(*bystander);
  Damage(".pack");
  const auto source = Open();
  ASSERT_TRUE(source->ReadTree(At(second_), {}).has_error());
  MustFetch(*source);
  EXPECT_THAT(Paths(*bystander, At(first_)), ElementsAre("locations/a.yaml"));
  const std::string third = remote_.Commit("third");
  EXPECT_EQ(MustFetch(*bystander).revision.id, third);
  EXPECT_EQ(source->Head()->revision.id, third);
}

TEST_F(MirrorTest, SourcesOfOneMirrorFetchAtTheSameTime) {
  remote_.Git({"branch", "other", first_});
  GitSettings other = Settings();
  other.branch = "other";
  std::vector<std::string> failures(4);
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < failures.size(); ++i) {
    threads.emplace_back([&, i] {
      const auto source = OpenGitSource(i % 2 == 0 ? Settings() : other);
      for (int round = 0; round < 5 && source; ++round) {
        const auto head = (*source)->Fetch(kDeadline);
        const std::string id = head ? head->revision.id : head.error().Text();
        if (id != (i % 2 == 0 ? second_ : first_)) failures[i] = id;
        if (!(*source)->ReadTree(At(id), {})) failures[i] = "cannot read " + id;
      }
    });
  }
  threads.clear();
  EXPECT_THAT(failures, ElementsAre("", "", "", ""));
  EXPECT_EQ(Fsck(), "");
}

TEST_F(MirrorTest, ManySmallPacksBecomeOneAndNothingIsLost) {
  const auto reader = Open();
  std::vector<std::string> commits;
  for (int i = 0; i < 6; ++i) {
    // Every other one is rewritten later, so that no reference reaches it.
    remote_.Git({"reset", "-q", "--hard", first_});
    commits.push_back(remote_.Write("locations/r" + std::to_string(i), std::to_string(i)).Commit());
    MustFetch(*reader);
  }
  const auto packs = [&] {
    int count = 0;
    for (const auto& entry : fs::directory_iterator(mirror() + "/objects/pack")) {
      count += entry.path().extension() == ".pack" ? 1 : 0;
    }
    return count;
  };
  ASSERT_EQ(packs(), 6);
  RepositoryPtr handle;
  ASSERT_EQ(Take(handle, [&](git_repository** out) { return git_repository_open_bare(out, mirror().c_str()); }), 0);
  MergeSmallPacks(handle.get(), 6);
  EXPECT_EQ(packs(), 6);
  MergeSmallPacks(handle.get(), 5);
  EXPECT_EQ(packs(), 1);
  for (const std::string& commit : commits) {
    EXPECT_EQ(Paths(*reader, At(commit)).size(), 2U);
    EXPECT_EQ(Paths(*Open(), At(commit)).size(), 2U);
  }
  EXPECT_EQ(Fsck(), "");
  EXPECT_EQ(MustFetch(*reader).revision.id, commits.back());
}

TEST_F(MirrorTest, ABusyMirrorIsWaitedForUntilTheDeadline) {
  GitSettings slow = Settings();
  slow.fetch_command = {"/bin/sh", "-c", "sleep 300"};
  std::jthread holder([&] { static_cast<void>(Open(slow)->Fetch(Duration(1500))); });
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  const auto source = Open();
  EXPECT_EQ(source->Fetch(Duration(200)).error().code, "git-mirror-busy");
  EXPECT_EQ(MustFetch(*source).revision.id, second_);
  holder.join();
}

// kill -9 of everything at many moments of a first and of a following fetch: whatever is left is sound, and the next
// fetch succeeds.
TEST_F(MirrorTest, KilledAtAnyMomentTheMirrorStaysSound) {
  for (int i = 0; i < 300; ++i)
    remote_.Write("locations/f" + std::to_string(i), std::string(3000, static_cast<char>(i)));
  std::string head = remote_.Commit();
  int finished = 0;
  for (int round = 0; round < 24; ++round) {
    if (round % 8 == 0) fs::remove_all(state_ / "git");
    const pid_t pid = fork();
    if (pid == 0) {
      const auto source = OpenGitSource(Settings());
      if (source && (*source)->Fetch(kDeadline)) static_cast<void>((*source)->Keep({head}));
      _exit(0);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds((round % 8) * 12));
    kill(pid, SIGKILL);
    int status = 0;
    waitpid(pid, &status, 0);
    finished += WIFEXITED(status) ? 1 : 0;
    const auto source = Open();
    const auto before = source->Head();
    if (before) {
      EXPECT_THAT(Paths(*source, before->revision).size(), ::testing::Ge(2U));
    }
    if (fs::exists(mirror())) {
      EXPECT_EQ(Fsck(), "");
    }
    if (round % 3 == 2) head = remote_.Write("locations/r" + std::to_string(round), "r").Commit();
    if (round % 8 == 7) {
      EXPECT_EQ(MustFetch(*source).revision.id, head);
    }
  }
  EXPECT_LT(finished, 24);
}

}  // namespace
}  // namespace dagitops::git
