#include "dagitops/base/sync.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace dagitops {
namespace {

TEST(Sync, GivesAccessOnlyUnderItsLock) {
  Sync<std::string> text("a");
  {
    auto lock = text.lock();
    *lock += "b";
    EXPECT_TRUE(lock.native().owns_lock());
    EXPECT_EQ(lock->size(), 2U);
  }
  EXPECT_EQ(*text.lock(), "ab");
}

TEST(Sync, LosesNoUpdateOfManyThreads) {
  Sync<int> counter;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) ++*counter.lock();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(*counter.lock(), 4000);
}

}  // namespace
}  // namespace dagitops
