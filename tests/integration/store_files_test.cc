#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "dagitops/store/file_state_store.h"
#include "dagitops/store/status_json.h"

#include "store/file_calls.h"
#include "support/case_name.h"
#include "support/fake_store.h"
#include "support/temp_dir.h"

// FileStateStore on a real file system, with every call of the system failing in turn.
namespace dagitops {
namespace {

using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using Access = FileStateStore::Access;

EnvironmentState StateAt(const std::string& revision) {
  EnvironmentState state;
  state.environment = "production";
  state.applied = Revision{.id = revision, .author_name = "", .author_email = "", .time = 0, .subject = ""};
  Version version;
  version.location.entry = Value::Map({{"name", {}, Value::String("a")}});
  state.locations["a"].last_good = std::move(version);
  return state;
}

EnvironmentStatus StatusWith(const std::string& note) {
  EnvironmentStatus status;
  status.environment = "production";
  status.notes = {note};
  return status;
}

std::vector<std::string> Files(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) names.push_back(entry.path().filename());
  return names;
}

unsigned Mode(const std::string& path) {
  struct stat info {};
  return lstat(path.c_str(), &info) == 0 ? info.st_mode & 07777 : 0;
}

class FileStore : public ::testing::Test {
 protected:
  support::TempDir dir_;
  support::FakeClock clock_;
  FileStateStore store_{dir_ / "state", Access::kWriter, clock_};
  FileStateStore reader_{dir_ / "state", Access::kReader, clock_};
};

TEST_F(FileStore, HasNothingAtFirst) {
  for (FileStateStore* store : {&store_, &reader_}) {
    EXPECT_EQ(store->LoadState("production").value(), std::nullopt);
    EXPECT_FALSE(store->LoadStatus("production").value().has_value());
  }
}

TEST_F(FileStore, GivesBackWhatWasSavedAndKeepsItToItsOwner) {
  ASSERT_TRUE(store_.SaveState(StateAt("1")));
  ASSERT_TRUE(store_.SaveState(StateAt("2")));
  ASSERT_TRUE(store_.SaveStatus(StatusWith("hello")));
  EXPECT_EQ(reader_.LoadState("production").value(), StateAt("2"));
  EXPECT_THAT(reader_.LoadStatus("production").value()->notes, ElementsAre("hello"));
  EXPECT_EQ(reader_.LoadState("staging").value(), std::nullopt);
  EXPECT_THAT(Files(dir_ / "state"), UnorderedElementsAre("state-production.json", "status-production.json"));
  EXPECT_EQ(Mode(dir_ / "state"), 0700u);
  EXPECT_EQ(Mode(dir_ / "state/state-production.json"), 0600u);
  EXPECT_EQ(Mode(dir_ / "state/status-production.json"), 0600u);
}

class BadName : public ::testing::TestWithParam<std::string> {};

TEST_P(BadName, OfAnEnvironmentIsRefusedByAll) {
  support::TempDir dir;
  support::FakeClock clock;
  FileStateStore store(dir.path(), Access::kWriter, clock);
  EnvironmentState state;
  state.environment = GetParam();
  EnvironmentStatus status;
  status.environment = GetParam();
  for (const Error& error : {store.LoadState(GetParam()).error(), store.SaveState(state).error(),
                             store.LoadStatus(GetParam()).error(), store.SaveStatus(status).error()}) {
    EXPECT_EQ(error.code, "bad-environment-name");
    EXPECT_EQ(error.kind, ErrorKind::kInvalid);
  }
  EXPECT_THAT(Files(dir.path()), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Names, BadName,
                         ::testing::Values("", ".", "..", "a/b", "../x", ".hidden", "-x", "a b", std::string(101, 'x'),
                                           std::string("a\0b", 3)));

// What is no state of ours: told once, put aside, then nothing is there and all is rebuilt.
class Corrupt : public ::testing::TestWithParam<std::string> {};

TEST_P(Corrupt, FileIsMovedAsideByTheWriterAndLeftByReaders) {
  support::TempDir dir;
  support::FakeClock clock;
  FileStateStore store(dir.path(), Access::kWriter, clock);
  FileStateStore reader(dir.path(), Access::kReader, clock);
  dir.Write("state-production.json", GetParam());

  const auto read = reader.LoadState("production");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, "store-corrupt");
  EXPECT_EQ(dir.Read("state-production.json"), GetParam());

  const auto loaded = store.LoadState("production");
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, "store-corrupt");
  EXPECT_EQ(loaded.error().kind, ErrorKind::kRetry);
  EXPECT_EQ(loaded.error().subject, dir / "state-production.json");
  const auto files = Files(dir.path());
  ASSERT_EQ(files.size(), 1u);
  EXPECT_THAT(files[0], HasSubstr("state-production.json.corrupt-"));
  EXPECT_THAT(loaded.error().hint, HasSubstr(files[0]));
  EXPECT_EQ(dir.Read(files[0]), GetParam());

  EXPECT_EQ(store.LoadState("production").value(), std::nullopt);
  ASSERT_TRUE(store.SaveState(StateAt("1")));
  EXPECT_EQ(store.LoadState("production").value(), StateAt("1"));
}

INSTANTIATE_TEST_SUITE_P(Texts, Corrupt,
                         ::testing::Values("", "{", "null", "{}", R"({"schemaVersion": 1})", "garbage",
                                           std::string(100, '\0')));

TEST_F(FileStore, ACorruptStatusIsMovedAsideToo) {
  dir_.Write("state/status-production.json", "{}");
  EXPECT_EQ(store_.LoadStatus("production").error().code, "store-corrupt");
  EXPECT_FALSE(store_.LoadStatus("production").value().has_value());
}

TEST_F(FileStore, OfFilesThatWereMovedAsideTheNewestFiveAreKept) {
  dir_.Write("state/state-production.json.corrupt", "not ours");
  for (int i = 0; i < 8; ++i) {
    dir_.Write("state/state-production.json", "corrupt " + std::to_string(i));
    EXPECT_FALSE(store_.LoadState("production"));
    clock_.Advance(std::chrono::seconds(1));
  }
  std::vector<std::string> texts;
  for (const std::string& file : Files(dir_ / "state")) texts.push_back(dir_.Read("state/" + file));
  EXPECT_THAT(texts, UnorderedElementsAre("not ours", "corrupt 3", "corrupt 4", "corrupt 5", "corrupt 6", "corrupt 7"));
  clock_.Advance(-std::chrono::hours(1));
  dir_.Write("state/state-production.json", "corrupt and newest");
  EXPECT_FALSE(store_.LoadState("production"));
  texts.clear();
  for (const std::string& file : Files(dir_ / "state")) texts.push_back(dir_.Read("state/" + file));
  EXPECT_THAT(texts, ::testing::Contains("corrupt and newest"));
  EXPECT_EQ(texts.size(), 6u);
}

TEST_F(FileStore, ACorruptStateIsNotOverwrittenByASaveThatNeverLoadedIt) {
  dir_.Write("state/state-production.json", "precious");
  ASSERT_TRUE(store_.SaveState(StateAt("1")));
  EXPECT_THAT(Files(dir_ / "state"),
              UnorderedElementsAre("state-production.json", HasSubstr("state-production.json.corrupt-")));
}

TEST_F(FileStore, AStateOfANewerVersionIsLeftAsItIs) {
  const std::string version = std::to_string(EnvironmentState::kSchemaVersion + 1);
  const std::string newer = "{\"schemaVersion\": " + version + R"(, "environment": "production"})";
  dir_.Write("state/state-production.json", newer);
  for (const Error& error : {store_.LoadState("production").error(), store_.SaveState(StateAt("1")).error(),
                             reader_.LoadState("production").error()}) {
    EXPECT_EQ(error.kind, ErrorKind::kStalled);
    EXPECT_EQ(error.code, "store-newer");
    EXPECT_EQ(error.subject, dir_ / "state/state-production.json");
  }
  EXPECT_EQ(dir_.Read("state/state-production.json"), newer);
  EXPECT_THAT(Files(dir_ / "state"), ElementsAre("state-production.json"));
}

TEST_F(FileStore, AStatusOfANewerVersionIsRefusedButReplaced) {
  dir_.Write("state/status-production.json", R"({"schemaVersion": 2})");
  EXPECT_EQ(store_.LoadStatus("production").error().kind, ErrorKind::kStalled);
  ASSERT_TRUE(store_.SaveStatus(StatusWith("now")));
  EXPECT_TRUE(store_.LoadStatus("production").value().has_value());
}

TEST_F(FileStore, ALinkInThePlaceOfAFileIsNotFollowed) {
  dir_.Write("state/.keep", "");
  const std::string elsewhere = dir_.Write("elsewhere", "untouched");
  ASSERT_EQ(symlink(elsewhere.c_str(), (dir_ / "state/state-production.json.tmp").c_str()), 0);
  const Status saved = store_.SaveState(StateAt("1"));
  EXPECT_EQ(dir_.Read("elsewhere"), "untouched");
  EXPECT_FALSE(saved);
  EXPECT_TRUE(store_.SaveState(StateAt("1"))) << "the link is gone after the first try";
}

TEST_F(FileStore, WhatACrashLeftBesideIsWrittenOver) {
  dir_.Write("state/state-production.json.tmp", std::string(100'000, 'x'));
  ASSERT_TRUE(store_.SaveState(StateAt("1")));
  EXPECT_EQ(store_.LoadState("production").value(), StateAt("1"));
  EXPECT_THAT(Files(dir_ / "state"), ElementsAre("state-production.json"));
}

// Fails the n-th call with an errno; closes all the same, as the system does.
class FailingDisk final : public FileCalls {
 public:
  FailingDisk(int nth, int number) : nth_(nth), number_(number) {}

  int Open(const char* path, int flags, mode_t mode) override {
    return Fails("open") ? -1 : FileCalls::Open(path, flags, mode);
  }
  ssize_t Write(int fd, const char* data, std::size_t size) override {
    return Fails("write") ? -1 : FileCalls::Write(fd, data, size);
  }
  int Sync(int fd) override { return Fails("sync") ? -1 : FileCalls::Sync(fd); }
  int Close(int fd) override {
    FileCalls::Close(fd);
    return Fails("close") ? -1 : 0;
  }
  int Rename(const char* from, const char* to) override { return Fails("rename") ? -1 : FileCalls::Rename(from, to); }

  std::vector<std::string> calls;

 private:
  bool Fails(const char* call) {
    calls.emplace_back(call);
    if (static_cast<int>(calls.size()) != nth_) return false;
    errno = number_;
    return true;
  }
  int nth_;
  int number_;
};

struct DiskError {
  std::string name;
  int number;
  std::string code;
  ErrorKind kind;
};
class EveryWrite : public ::testing::TestWithParam<DiskError> {};

TEST_P(EveryWrite, ThatFailsIsToldAndLeavesAWholeFile) {
  const int total = 8;  // open, write, sync, close, rename, open the folder, sync it, close it
  for (int nth = 1; nth <= total; ++nth) {
    support::TempDir dir;
    support::FakeClock clock;
    FileStateStore good(dir.path(), Access::kWriter, clock);
    ASSERT_TRUE(good.SaveState(StateAt("old")));
    ASSERT_TRUE(good.SaveStatus(StatusWith("old")));

    FailingDisk disk(nth, GetParam().number);
    FileStateStore store(dir.path(), Access::kWriter, clock, disk);
    const Status saved = store.SaveState(StateAt("new"));
    if (nth == total) {  // nothing depends on closing the folder
      EXPECT_TRUE(saved);
      continue;
    }
    ASSERT_FALSE(saved) << nth << ": " << disk.calls.back();
    EXPECT_EQ(saved.error().code, GetParam().code);
    EXPECT_EQ(saved.error().kind, GetParam().kind);
    EXPECT_THAT(saved.error().subject, HasSubstr(dir.path()));
    EXPECT_EQ(good.LoadState("production").value(), StateAt(nth <= 5 ? "old" : "new")) << nth;
    EXPECT_THAT(Files(dir.path()), UnorderedElementsAre("state-production.json", "status-production.json")) << nth;

    FailingDisk again(nth, GetParam().number);
    FileStateStore status_store(dir.path(), Access::kWriter, clock, again);
    EXPECT_EQ(status_store.SaveStatus(StatusWith("new")).error().code, GetParam().code);
    EXPECT_THAT(good.LoadStatus("production").value()->notes, ElementsAre(nth <= 5 ? "old" : "new"));
  }
}

INSTANTIATE_TEST_SUITE_P(Errors, EveryWrite,
                         ::testing::Values(DiskError{"NoSpace", ENOSPC, "store-full", ErrorKind::kRetry},
                                           DiskError{"Quota", EDQUOT, "store-full", ErrorKind::kRetry},
                                           DiskError{"Denied", EACCES, "store-denied", ErrorKind::kStalled},
                                           DiskError{"NotPermitted", EPERM, "store-denied", ErrorKind::kStalled},
                                           DiskError{"ReadOnly", EROFS, "store-denied", ErrorKind::kStalled},
                                           DiskError{"BrokenDisk", EIO, "store-io", ErrorKind::kRetry}),
                         support::CaseName());

TEST_F(FileStore, AnInterruptedWriteGoesOn) {
  ASSERT_TRUE(store_.SaveState(StateAt("old")));
  FailingDisk disk(2, EINTR);
  FileStateStore store(dir_ / "state", Access::kWriter, clock_, disk);
  EXPECT_TRUE(store.SaveState(StateAt("new")));
  EXPECT_EQ(store_.LoadState("production").value(), StateAt("new"));
}

// Takes at most seven bytes at a time.
class SlowDisk final : public FileCalls {
 public:
  ssize_t Write(int fd, const char* data, std::size_t size) override {
    return FileCalls::Write(fd, data, std::min<std::size_t>(size, 7));
  }
};

TEST_F(FileStore, ADiskThatTakesAFewBytesAtATimeGetsAll) {
  SlowDisk disk;
  FileStateStore store(dir_ / "state", Access::kWriter, clock_, disk);
  ASSERT_TRUE(store.SaveState(StateAt("1")));
  EXPECT_EQ(store_.LoadState("production").value(), StateAt("1"));
}

TEST_F(FileStore, ACorruptFileThatCannotBeMovedIsToldEveryTime) {
  dir_.Write("state/state-production.json", "{}");
  FailingDisk disk(1, EACCES);
  FileStateStore store(dir_ / "state", Access::kWriter, clock_, disk);
  const auto loaded = store.LoadState("production");
  EXPECT_EQ(loaded.error().code, "store-corrupt");
  EXPECT_THAT(loaded.error().hint, HasSubstr("move it away"));
  EXPECT_EQ(dir_.Read("state/state-production.json"), "{}");
}

// The real system's own refusal, in a process of its own: files may not grow over 200 bytes.
TEST_F(FileStore, AFullDiskLeavesTheOldFileWhole) {
  ASSERT_TRUE(store_.SaveState(StateAt("old")));
  const pid_t child = fork();
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{200, 200};
    setrlimit(RLIMIT_FSIZE, &limit);
    const Status saved = store_.SaveState(StateAt("new"));
    _exit(!saved && saved.error().code == "store-full" ? 0 : 1);
  }
  int code = -1;
  ASSERT_EQ(waitpid(child, &code, 0), child);
  EXPECT_EQ(code, 0);
  EXPECT_EQ(store_.LoadState("production").value(), StateAt("old"));
  EXPECT_THAT(Files(dir_ / "state"), ElementsAre("state-production.json"));
}

TEST_F(FileStore, AFileInThePlaceOfTheFolderIsTold) {
  dir_.Write("state", "a file");
  EXPECT_EQ(store_.SaveState(StateAt("1")).error().code, "store-io");
  EXPECT_FALSE(store_.LoadState("production"));
}

TEST_F(FileStore, AFolderInThePlaceOfTheFileIsTold) {
  std::filesystem::create_directories(dir_ / "state/state-production.json");
  const auto loaded = store_.LoadState("production");
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, "store-io");
}

TEST(KnownEnvironments, AreThoseWithAStateOrAStatus) {
  const support::TempDir dir;
  EXPECT_THAT(KnownEnvironments(dir.path() + "/missing"), IsEmpty());
  for (const char* name :
       {"state-production.json", "status-production.json", "status-staging.json", "state-old.json.tmp", "state-.json",
        "servers.json", "state-x.json.corrupt-20261122T132005Z"}) {
    std::ofstream(dir.path() + "/" + name) << "{}";
  }
  EXPECT_THAT(KnownEnvironments(dir.path()), ElementsAre("production", "staging"));
}

}  // namespace
}  // namespace dagitops
