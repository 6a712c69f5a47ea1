#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <optional>
#include <string>
#include <utility>

#include "dagitops/store/file_lock.h"

#include "support/fake_store.h"
#include "support/temp_dir.h"

namespace dagitops {
namespace {

using ::testing::HasSubstr;

// A process that takes the lock, says so and waits to be killed.
class Holder {
 public:
  Holder(const std::string& dir, const Clock& clock) {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) return;
    pid_ = fork();
    if (pid_ == 0) {
      const auto lock = FileLock::Acquire(dir, "serve", clock);
      const char said = lock ? 'y' : 'n';
      if (write(ends[1], &said, 1) == 1) pause();
      _exit(0);
    }
    char said = 'n';
    got_it = read(ends[0], &said, 1) == 1 && said == 'y';
    close(ends[0]);
    close(ends[1]);
  }
  ~Holder() { Kill(); }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;

  void Kill() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(std::exchange(pid_, -1), nullptr, 0);
  }
  pid_t pid() const { return pid_; }
  bool got_it = false;

 private:
  pid_t pid_ = -1;
};

class Lock : public ::testing::Test {
 protected:
  support::TempDir dir_;
  support::FakeClock clock_;
  const std::string state_ = dir_ / "state";
};

TEST_F(Lock, IsFreeWhereNobodyEverWas) {
  EXPECT_EQ(FindLockHolder(dir_ / "none").value().has_value(), false);
  EXPECT_EQ(FindLockHolder(dir_.path()).value().has_value(), false);
  EXPECT_FALSE(dir_.Has("none"));
}

TEST_F(Lock, IsTakenOnceAndNamesItsHolder) {
  const auto first = FileLock::Acquire(state_, "serve", clock_);
  ASSERT_TRUE(first) << first.error().Text();
  const auto second = FileLock::Acquire(state_, "apply", clock_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::kRetry);
  EXPECT_EQ(second.error().code, "state-locked");
  EXPECT_EQ(second.error().subject, state_);
  EXPECT_THAT(second.error().message,
              HasSubstr("dagitops serve, pid " + std::to_string(getpid()) + ", since " + FormatTime(clock_.Now())));
  const auto holder = FindLockHolder(state_).value();
  ASSERT_TRUE(holder);
  EXPECT_EQ(holder->pid, getpid());
  EXPECT_EQ(holder->since, clock_.Now());
  EXPECT_EQ(holder->command, "serve");
}

TEST_F(Lock, IsFreeAgainWhenItIsDropped) {
  {
    const auto lock = FileLock::Acquire(state_, "serve", clock_);
    ASSERT_TRUE(lock);
  }
  EXPECT_FALSE(FindLockHolder(state_).value());
  EXPECT_TRUE(FileLock::Acquire(state_, "serve", clock_));
}

TEST_F(Lock, MovesWithItsObject) {
  auto lock = FileLock::Acquire(state_, "serve", clock_);
  ASSERT_TRUE(lock);
  std::optional<FileLock> kept(std::move(lock).value());
  EXPECT_TRUE(FindLockHolder(state_).value());
  auto elsewhere = FileLock::Acquire(dir_ / "other", "serve", clock_);
  *kept = std::move(elsewhere).value();
  kept.reset();
  EXPECT_FALSE(FindLockHolder(dir_ / "other").value());
}

TEST_F(Lock, OfAnotherProcessIsSeenAndEndsWithItHoweverItEnds) {
  Holder holder(state_, clock_);
  ASSERT_TRUE(holder.got_it);
  const auto refused = FileLock::Acquire(state_, "serve", clock_);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("pid " + std::to_string(holder.pid())));
  EXPECT_EQ(FindLockHolder(state_).value()->pid, holder.pid());
  holder.Kill();
  EXPECT_FALSE(FindLockHolder(state_).value());
  const auto mine = FileLock::Acquire(state_, "serve", clock_);
  ASSERT_TRUE(mine);
  EXPECT_EQ(FindLockHolder(state_).value()->pid, getpid());
}

TEST_F(Lock, IsNotHandedDownToACommandThatIsStarted) {
  std::optional<FileLock> lock(FileLock::Acquire(state_, "serve", clock_).value());
  const pid_t child = fork();
  if (child == 0) {
    execl("/bin/sleep", "sleep", "60", nullptr);
    _exit(127);
  }
  // Once the command runs, its descriptors are what exec left.
  const std::string exe = "/proc/" + std::to_string(child) + "/comm";
  for (int i = 0; i < 500; ++i) {
    FILE* file = fopen(exe.c_str(), "r");
    char name[32] = "";
    const bool read = file != nullptr && fgets(name, sizeof name, file) != nullptr;
    if (file != nullptr) fclose(file);
    if (read && std::string(name) == "sleep\n") break;
    usleep(2000);
  }
  lock.reset();
  EXPECT_FALSE(FindLockHolder(state_).value());
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
}

TEST_F(Lock, WithUnreadableWordsStillHolds) {
  const auto lock = FileLock::Acquire(state_, "serve", clock_);
  ASSERT_TRUE(lock);
  dir_.Write("state/lock", "garbage");  // the same file: writing keeps the inode
  const auto holder = FindLockHolder(state_).value();
  ASSERT_TRUE(holder);
  EXPECT_EQ(holder->pid, 0);
  EXPECT_THAT(FileLock::Acquire(state_, "serve", clock_).error().message, HasSubstr("another dagitops"));
}

TEST_F(Lock, KeepsFileAndFolderToTheirOwner) {
  const auto lock = FileLock::Acquire(state_, "serve", clock_);
  ASSERT_TRUE(lock);
  struct stat info {};
  ASSERT_EQ(stat(state_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0700u);
  ASSERT_EQ(stat((state_ + "/lock").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0600u);
}

TEST_F(Lock, WhereNoFolderCanBeIsTold) {
  dir_.Write("file", "");
  const auto lock = FileLock::Acquire(dir_ / "file/state", "serve", clock_);
  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error().code, "store-io");
}

}  // namespace
}  // namespace dagitops
