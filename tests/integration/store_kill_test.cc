#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <utility>

#include "dagitops/store/file_lock.h"
#include "dagitops/store/file_state_store.h"

#include "support/fake_store.h"
#include "support/temp_dir.h"

// kill -9 while the state is being written, again and again.
namespace dagitops {
namespace {

constexpr int kLocations = 60;  // makes a file of about 40 kB: several writes' worth of chances

// A state that says `number` in every location, so that a mixture of two would show.
EnvironmentState Numbered(int number) {
  EnvironmentState state;
  state.environment = "production";
  for (int i = 0; i < kLocations; ++i) {
    LocationRecord& record = state.locations["location-" + std::to_string(i)];
    record.reason = std::to_string(number);
    Version version;
    version.location.entry = Value::String(std::string(400, static_cast<char>('a' + number % 26)));
    record.last_good = std::move(version);
  }
  return state;
}

[[noreturn]] void SaveForEver(const std::string& dir, int first) {
  const support::FakeClock clock;
  const auto lock = FileLock::Acquire(dir, "serve", clock);
  if (!lock) _exit(2);
  FileStateStore store(dir, FileStateStore::Access::kWriter, clock);
  for (int number = first;; ++number) {
    if (!store.SaveState(Numbered(number))) _exit(3);
  }
}

TEST(KilledWriter, LeavesAWholeStateAndAFreeLock) {
  const support::TempDir dir;
  const support::FakeClock clock;
  FileStateStore reader(dir.path(), FileStateStore::Access::kReader, clock);
  const int rounds = std::getenv("DAGITOPS_LONG") != nullptr ? 500 : 40;
  int last = 0;
  for (int round = 0; round < rounds; ++round) {
    const pid_t child = fork();
    if (child == 0) SaveForEver(dir.path(), last + 1);
    usleep(static_cast<useconds_t>(5000 + round * 7919 % 23000));
    kill(child, SIGKILL);
    int code = 0;
    ASSERT_EQ(waitpid(child, &code, 0), child);
    ASSERT_TRUE(WIFSIGNALED(code)) << "round " << round << ": the writer ended by itself with " << WEXITSTATUS(code);
    const auto state = reader.LoadState("production");
    ASSERT_TRUE(state) << "round " << round << ": " << state.error().Text();
    if (!state->has_value()) continue;  // killed before the first save was through
    const int number = std::stoi((*state)->locations.at("location-0").reason);
    ASSERT_EQ(**state, Numbered(number)) << "round " << round;
    ASSERT_GE(number, last) << "round " << round << ": an older state came back";
    last = number;
  }
  EXPECT_GT(last, 0);
}

}  // namespace
}  // namespace dagitops
