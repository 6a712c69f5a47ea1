// The history's records as commits: kept here, handed on to a remote that may refuse, move or hang.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>

#include "dagitops/base/text.h"
#include "dagitops/source/git/git_history.h"

#include "support/background_program.h"
#include "support/fake_clock.h"
#include "support/git_source_fixture.h"
#include "support/loopback_server.h"

namespace dagitops::git {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kBranch[] = "dagitops/production";

HistoryRecord Record(const std::string& key, HistoryFiles files = {}) {
  HistoryRecord record{"production", std::string(40, 'a'), key, "change " + key, std::move(files), ""};
  record.files[kHistoryDecisions] = "{\"key\": \"" + key + "\"}\n";
  record.files[kHistoryWorkspace] = "load_from: []\n";
  return record;
}

class Records : public support::GitSourceTest {
 protected:
  Records() : bare_(support::TempGitRepo::Kind::kBare) {}

  // Two of them on one folder are two processes on one machine, those on two folders are two machines.
  GitSettings On(const std::string& machine, std::optional<std::string> remote = {}) const {
    GitSettings settings = Settings();
    settings.remote = remote.value_or(bare_.path());
    settings.branch = kBranch;
    settings.mirror_dir = state_ / machine;
    return settings;
  }

  std::unique_ptr<HistoryWriter> OpenHistory(const GitSettings& settings) const {
    auto history = OpenGitHistory(settings, clock_);
    if (!history) throw std::runtime_error(history.error().Text());
    return std::move(*history);
  }
  std::unique_ptr<HistoryWriter> OpenHistory() const { return OpenHistory(On("one")); }

  static std::vector<std::string> Keys(HistoryWriter& history, std::size_t limit = 100) {
    const auto entries = history.List(limit);
    if (!entries) throw std::runtime_error(entries.error().Text());
    std::vector<std::string> keys;
    for (const HistoryEntry& entry : *entries) keys.push_back(entry.key + (entry.pushed ? "" : "!"));
    return keys;
  }

  static std::string MustAppend(HistoryWriter& history, const HistoryRecord& record) {
    const auto commit = history.Append(record);
    if (!commit) throw std::runtime_error(commit.error().Text());
    return *commit;
  }

  std::string OnRemote(const std::vector<std::string>& words) {
    std::vector<std::string> all{"--git-dir", bare_.path()};
    all.insert(all.end(), words.begin(), words.end());
    return remote_.Git(all);
  }
  std::vector<std::string> RemoteSubjects() { return Split(OnRemote({"log", "--format=%s", kBranch}), '\n'); }

  // A server that asks git, with the hook that it then runs.
  std::string Serve(const std::string& hook = "", std::vector<std::string> options = {}) {
    OnRemote({"config", "http.receivepack", "true"});
    if (!hook.empty()) Hook(hook);
    std::vector<std::string> command{"/usr/bin/python3", DAGITOPS_SOURCE_DIR "/tests/support/git_http_server.py",
                                     "/tmp"};
    command.insert(command.end(), options.begin(), options.end());
    server_.emplace(command);
    return "http://127.0.0.1:" + server_->first_line() + bare_.path().substr(4);
  }
  void Hook(const std::string& text, const std::string& name = "pre-receive") {
    fs::create_directories(bare_.path() + "/hooks");
    const std::string path = bare_.path() + "/hooks/" + name;
    std::ofstream(path) << "#!/bin/sh\n" << text << "\n";
    chmod(path.c_str(), 0700);
  }

  support::TempGitRepo bare_;
  support::FakeClock clock_;
  std::optional<support::BackgroundProgram> server_;
};

TEST_F(Records, AreKeptInOrderAndReadBackToTheByte) {
  const auto history = OpenHistory();
  EXPECT_THAT(Keys(*history), IsEmpty());
  const HistoryRecord first =
      Record("k1", {{"locations/a.yaml", "a: \"1\"\n"}, {"versions/a.json", std::string("\0\xff", 2)}});
  const HistoryRecord second = Record("k2", {{"locations/b.yaml", "b\n"}});
  const std::string id = MustAppend(*history, first);
  MustAppend(*history, second);
  EXPECT_THAT(Keys(*history), ElementsAre("k2!", "k1!"));
  EXPECT_THAT(Keys(*history, 1), ElementsAre("k2!"));
  const auto read = OpenHistory()->Read(id.substr(0, 7), "");
  ASSERT_TRUE(read) << read.error().Text();
  EXPECT_EQ(read->files, first.files);
  EXPECT_EQ(read->source, first.source);
  EXPECT_EQ(read->subject, "change k1");
  EXPECT_EQ(read->commit, id);
  EXPECT_EQ(history->Read("latest", "")->files, second.files);
  EXPECT_EQ(history->Read("latest~1", "locations/a.yaml")->files, (HistoryFiles{{"locations/a.yaml", "a: \"1\"\n"}}));
}

TEST_F(Records, OfWhatIsNotThereTheErrorSaysWhereToLook) {
  const auto history = OpenHistory();
  MustAppend(*history, Record("k1"));
  for (const char* name : {"latest~1", "HEAD", "HEAD^", "ffffffffff", "main", "abc", "latest:x", ""}) {
    const auto read = history->Read(name, "");
    ASSERT_FALSE(read) << name;
    EXPECT_EQ(read.error().code, "history-unknown") << name;
    EXPECT_THAT(read.error().hint, HasSubstr("dagitops history")) << name;
  }
  EXPECT_EQ(history->Read("latest", "versions/a.json").error().code, "history-unknown");
}

TEST_F(Records, TheNewestIsNotKeptTwice) {
  const auto history = OpenHistory();
  const std::string id = MustAppend(*history, Record("k1"));
  EXPECT_EQ(MustAppend(*history, Record("k1")), id);
  EXPECT_EQ(MustAppend(*OpenHistory(), Record("k1")), id);
  EXPECT_THAT(Keys(*history), ElementsAre("k1!"));
}

TEST_F(Records, EachIsOneSmallPackAndManyAreMerged) {
  const auto history = OpenHistory();
  HistoryFiles files;
  for (int i = 0; i < 300; ++i) files["locations/l" + std::to_string(i) + ".yaml"] = std::to_string(i * 2654435761U);
  MustAppend(*history, Record("k0", files));
  std::uintmax_t all = 0;
  std::size_t packs = 0;
  for (int i = 1; i <= 70; ++i) {
    files["locations/l7.yaml"] = std::to_string(i);
    MustAppend(*history, Record("k" + std::to_string(i), files));
  }
  for (const auto& entry : fs::directory_iterator(state_ / "one/mirror.git/objects/pack")) {
    if (entry.path().extension() == ".pack") ++packs;
    all += entry.file_size();
  }
  EXPECT_LE(packs, 52U);
  EXPECT_LT(all, 2'000'000U) << "71 times all files would be 5 MB";
  EXPECT_EQ(history->Read("latest~70", "locations/l7.yaml")->files.at("locations/l7.yaml"),
            std::to_string(7 * 2654435761U));
  EXPECT_EQ(remote_.Git({"--git-dir", state_ / "one/mirror.git", "fsck", "--strict", "--no-dangling"}).find("error"),
            std::string::npos);
}

TEST_F(Records, ArePushedToAnOrphanBranchOfTheirOwn) {
  remote_.Write("dagitops.yaml", "x");
  const std::string source = remote_.Commit();
  remote_.Git({"push", "-q", bare_.path(), "main"});
  const auto history = OpenHistory();
  MustAppend(*history, Record("k1"));
  ASSERT_TRUE(history->Push(kDeadline));
  MustAppend(*history, Record("k2"));
  const auto pushed = history->Push(kDeadline);
  ASSERT_TRUE(pushed) << pushed.error().Text();
  EXPECT_THAT(Keys(*history), ElementsAre("k2", "k1"));
  EXPECT_THAT(RemoteSubjects(), ElementsAre("production: change k2 [skip ci]", "production: change k1 [skip ci]"));
  EXPECT_EQ(OnRemote({"rev-parse", "main"}), source);
  EXPECT_THAT(OnRemote({"log", "-1", "--format=%(trailers)", kBranch}),
              HasSubstr("Dagitops-Source: " + std::string(40, 'a')));
  EXPECT_EQ(OnRemote({"show", std::string(kBranch) + ":workspace.yaml"}), "load_from: []");
  EXPECT_EQ(OnRemote({"fsck", "--strict", "--no-dangling"}).find("error"), std::string::npos);
}

TEST_F(Records, GoOnWhereTheHistoryEndsOnAMachineThatKnowsNothing) {
  const auto one = OpenHistory();
  MustAppend(*one, Record("k1"));
  ASSERT_TRUE(one->Push(kDeadline));
  const auto two = OpenHistory(On("two"));
  EXPECT_THAT(Keys(*two), IsEmpty());
  ASSERT_TRUE(two->Fetch(kDeadline));
  EXPECT_THAT(Keys(*two), ElementsAre("k1"));
  MustAppend(*two, Record("k2"));
  ASSERT_TRUE(two->Push(kDeadline));
  EXPECT_EQ(RemoteSubjects().size(), 2U);
}

TEST_F(Records, AConcurrentWriterLosesNothingAndNeitherDoWe) {
  const auto one = OpenHistory();
  MustAppend(*one, Record("k1"));
  ASSERT_TRUE(one->Push(kDeadline));
  const auto two = OpenHistory(On("two"));
  ASSERT_TRUE(two->Fetch(kDeadline));
  MustAppend(*two, Record("theirs"));
  ASSERT_TRUE(two->Push(kDeadline));
  MustAppend(*one, Record("ours1"));
  MustAppend(*one, Record("ours2", {{"locations/x.yaml", "x"}}));
  const auto pushed = one->Push(kDeadline);
  ASSERT_TRUE(pushed) << pushed.error().Text();
  EXPECT_THAT(Keys(*one), ElementsAre("ours2", "ours1", "theirs", "k1"));
  EXPECT_EQ(OnRemote({"rev-list", "--count", kBranch}), "4");
  EXPECT_EQ(one->Read("latest", "locations/x.yaml")->files.at("locations/x.yaml"), "x");
}

TEST_F(Records, TwoThatBeganApartAreOneLineAfterwards) {
  const auto one = OpenHistory();
  MustAppend(*one, Record("k1"));
  ASSERT_TRUE(one->Push(kDeadline));
  const auto two = OpenHistory(On("two"));  // it could not reach the remote when it began
  clock_.now += std::chrono::seconds(5);
  MustAppend(*two, Record("k1"));
  MustAppend(*two, Record("k2"));
  ASSERT_TRUE(two->Push(kDeadline));
  EXPECT_THAT(Keys(*two), ElementsAre("k2", "k1")) << "what would be said twice in a row is left out";
  EXPECT_EQ(OnRemote({"rev-list", "--count", "--max-parents=0", kBranch}), "1");
}

TEST_F(Records, ABranchThatSomebodyRewroteGetsOursBehindIt) {
  const auto one = OpenHistory();
  MustAppend(*one, Record("k1"));
  ASSERT_TRUE(one->Push(kDeadline));
  MustAppend(*one, Record("k2"));
  ASSERT_TRUE(one->Push(kDeadline));
  OnRemote({"update-ref", std::string("refs/heads/") + kBranch, std::string(kBranch) + "~1"});
  MustAppend(*one, Record("k3"));
  ASSERT_TRUE(one->Push(kDeadline));
  EXPECT_THAT(Keys(*one), ElementsAre("k3", "k2", "k1"));
  OnRemote({"update-ref", "-d", std::string("refs/heads/") + kBranch});
  MustAppend(*one, Record("k4"));
  ASSERT_TRUE(one->Push(kDeadline));
  EXPECT_EQ(OnRemote({"rev-list", "--count", kBranch}), "4");
}

TEST_F(Records, ACheckoutOnThisMachineGetsThemTooUnlessTheBranchIsCheckedOut) {
  remote_.Write("dagitops.yaml", "x");
  remote_.Commit();
  const auto history = OpenHistory(On("one", remote_.path()));
  MustAppend(*history, Record("k1"));
  const auto pushed = history->Push(kDeadline);
  ASSERT_TRUE(pushed) << pushed.error().Text();
  EXPECT_EQ(remote_.Git({"rev-list", "--count", kBranch}), "1");
  EXPECT_EQ(remote_.Git({"status", "--porcelain"}), "");
  remote_.Git({"checkout", "-q", kBranch});
  MustAppend(*history, Record("k2"));
  const auto refused = history->Push(kDeadline);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "history-refused");
  EXPECT_THAT(refused.error().message, HasSubstr("checked out"));
  remote_.Git({"checkout", "-q", "main"});
  EXPECT_TRUE(history->Push(kDeadline)) << "nothing was lost";
  EXPECT_EQ(remote_.Git({"rev-list", "--count", kBranch}), "2");
}

TEST_F(Records, ALinkedWorktreeGetsThemIntoItsRepository) {
  remote_.Write("dagitops.yaml", "x");
  remote_.Commit();
  const support::TempDir folder;
  remote_.Git({"worktree", "add", "-q", "-b", "linked", folder / "linked"});
  const auto history = OpenHistory(On("one", folder / "linked"));
  MustAppend(*history, Record("k1"));
  const auto pushed = history->Push(kDeadline);
  ASSERT_TRUE(pushed) << pushed.error().Text();
  EXPECT_EQ(remote_.Git({"show", std::string(kBranch) + ":workspace.yaml"}), "load_from: []");
}

TEST_F(Records, ALockThatAKilledWriterLeftIsNoLockForEver) {
  const auto history = OpenHistory();
  ASSERT_TRUE(history->Append(Record("1")));
  const fs::path lock = fs::path(bare_.path()) / "refs/heads/dagitops/production.lock";
  fs::create_directories(lock.parent_path());
  std::ofstream(lock) << "";
  EXPECT_EQ(history->Push(kDeadline).error().code, "history-conflict") << "somebody may be at it";
  EXPECT_TRUE(fs::exists(lock));
  fs::last_write_time(lock, fs::file_time_type::clock::now() - std::chrono::minutes(1));
  EXPECT_TRUE(history->Push(kDeadline));
  EXPECT_FALSE(fs::exists(lock));
}

TEST_F(Records, AHookOfAPathIsNotPassedByWhereverItIs) {
  const support::TempDir folder;
  OnRemote({"config", "core.hooksPath", folder.path()});
  std::ofstream(folder / "update") << "#!/bin/sh\n";
  chmod((folder / "update").c_str(), 0700);
  const auto history = OpenHistory();
  MustAppend(*history, Record("k1"));
  EXPECT_EQ(history->Push(kDeadline).error().code, "history-refused");
}

TEST_F(Records, AHookOfAPathIsNotPassedBy) {
  Hook("exit 1");
  const auto history = OpenHistory();
  MustAppend(*history, Record("k1"));
  const auto refused = history->Push(kDeadline);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "history-refused");
  EXPECT_THAT(refused.error().message, HasSubstr("hooks/pre-receive"));
  EXPECT_EQ(OnRemote({"for-each-ref"}), "");
  EXPECT_THAT(Keys(*history), ElementsAre("k1!"));
}

TEST_F(Records, OverHttpTheyArrive) {
  const auto history = OpenHistory(On("one", Serve()));
  MustAppend(*history, Record("k1"));
  const auto pushed = history->Push(kDeadline);
  ASSERT_TRUE(pushed) << pushed.error().Text();
  MustAppend(*history, Record("k2"));
  ASSERT_TRUE(history->Push(kDeadline));
  EXPECT_THAT(Keys(*history), ElementsAre("k2", "k1"));
  EXPECT_EQ(RemoteSubjects().size(), 2U);
}

TEST_F(Records, OverHttpARefusalIsToldInTheServersWordsAndNothingIsLost) {
  const auto history = OpenHistory(On("one", Serve("echo no; exit 1")));
  const std::string id = MustAppend(*history, Record("k1"));
  const auto refused = history->Push(kDeadline);
  ASSERT_FALSE(refused) << "libgit2 itself says that all went well";
  EXPECT_EQ(refused.error().code, "history-refused");
  EXPECT_EQ(refused.error().kind, ErrorKind::kStalled);
  EXPECT_THAT(refused.error().message, HasSubstr("pre-receive hook declined"));
  EXPECT_THAT(refused.error().hint, HasSubstr("history.push: false"));
  EXPECT_EQ(OnRemote({"for-each-ref"}), "");
  EXPECT_THAT(Keys(*history), ElementsAre("k1!"));
  Hook("exit 0");
  ASSERT_TRUE(history->Push(kDeadline));
  EXPECT_EQ(OnRemote({"rev-parse", kBranch}), id);
}

// Somebody is faster between what the server said of the branch and our push: the hook is run at that moment.
TEST_F(Records, OverHttpAWriterInBetweenLosesNothing) {
  const auto two = OpenHistory(On("two"));
  MustAppend(*two, Record("theirs"));
  ASSERT_TRUE(two->Push(kDeadline));
  OnRemote({"branch", "aside", kBranch});
  OnRemote({"update-ref", "-d", std::string("refs/heads/") + kBranch});
  const auto history = OpenHistory(
      On("one", Serve("test -e done && exit 0; touch done; unset GIT_QUARANTINE_PATH; git update-ref refs/heads/" +
                      std::string(kBranch) + " aside")));
  MustAppend(*history, Record("ours"));
  const auto pushed = history->Push(kDeadline);
  ASSERT_TRUE(pushed) << pushed.error().Text();
  EXPECT_THAT(Keys(*history), ElementsAre("ours", "theirs"));
  EXPECT_EQ(OnRemote({"rev-list", "--count", kBranch}), "2");
}

TEST_F(Records, AServerThatDoesNotLetUsInIsTold) {
  const auto history = OpenHistory(On("one", Serve("", {"--status", "403"})));
  MustAppend(*history, Record("k1"));
  const auto refused = history->Push(kDeadline);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kStalled) << refused.error().Text();
  EXPECT_THAT(Keys(*history), ElementsAre("k1!"));
}

TEST_F(Records, AServerThatHangsCostsTheDeadlineAndNoMore) {
  const auto history = OpenHistory(On("one", Serve("sleep 60")));
  MustAppend(*history, Record("k1"));
  ASSERT_TRUE(history->Fetch(kDeadline));
  const auto begin = std::chrono::steady_clock::now();
  const auto failed = history->Push(Duration(1500));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(6));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, "history-timeout");
  EXPECT_EQ(failed.error().kind, ErrorKind::kRetry);
  EXPECT_THAT(Keys(*history), ElementsAre("k1!"));
  MustAppend(*OpenHistory(), Record("k2"));
}

// What a kill in the middle of writing leaves: git's lock on a reference of ours.
TEST_F(Records, AKilledWriterLeavesNothingInTheWay) {
  const auto history = OpenHistory();
  MustAppend(*history, Record("k1"));
  ASSERT_TRUE(history->Push(kDeadline));
  const std::string mirror = state_ / "one/mirror.git/";
  std::ofstream(mirror + "refs/dagitops/history.lock") << "";
  std::ofstream(mirror + "refs/dagitops/pushed.lock") << "";
  MustAppend(*history, Record("k2"));
  ASSERT_TRUE(history->Push(kDeadline));
  EXPECT_THAT(Keys(*OpenHistory()), ElementsAre("k2", "k1"));
}

TEST_F(Records, WithoutARemoteTheyStayHere) {
  const auto history = OpenHistory(On("one", ""));
  MustAppend(*history, Record("k1"));
  EXPECT_TRUE(history->Fetch(kDeadline));
  EXPECT_TRUE(history->Push(kDeadline));
  EXPECT_THAT(Keys(*history), ElementsAre("k1!"));
}

TEST_F(Records, ADamagedRepositoryIsMadeAnewAndFilledFromTheRemote) {
  const auto history = OpenHistory();
  MustAppend(*history, Record("k1"));
  ASSERT_TRUE(history->Push(kDeadline));
  fs::remove(state_ / "one/mirror.git/HEAD");
  const auto again = OpenHistory();
  ASSERT_TRUE(again->Fetch(kDeadline));
  EXPECT_THAT(Keys(*again), ElementsAre("k1"));
}

TEST_F(Records, ABranchWithoutANameIsRefused) {
  for (const char* branch : {"", "a..b", "x/"}) {
    GitSettings settings = On("one");
    settings.branch = branch;
    EXPECT_EQ(OpenGitHistory(settings, clock_).error().code, "git-settings") << branch;
  }
}

}  // namespace
}  // namespace dagitops::git
