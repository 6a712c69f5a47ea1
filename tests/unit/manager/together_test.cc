#include "dagitops/manager/together.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <semaphore>

namespace dagitops::manager {
namespace {

constexpr auto kDeadline = std::chrono::seconds(20);  // of a test that hangs; none waits that long when it works

// Each waits until the other has begun: one after the other they would wait for ever.
TEST(RunTogether, BeginsAllBeforeItWaitsForAny) {
  std::binary_semaphore first{0};
  std::binary_semaphore second{0};
  std::atomic<int> met = 0;
  RunTogether({[&] {
                 first.release();
                 met += second.try_acquire_for(kDeadline) ? 1 : 0;
               },
               [&] {
                 second.release();
                 met += first.try_acquire_for(kDeadline) ? 1 : 0;
               }});
  EXPECT_EQ(met, 2);
}

TEST(RunTogether, OfNothingIsNothing) { RunTogether({}); }

}  // namespace
}  // namespace dagitops::manager
