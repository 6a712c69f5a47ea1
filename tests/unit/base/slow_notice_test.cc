#include "dagitops/base/slow_notice.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>

namespace dagitops {
namespace {

TEST(SlowNotice, IsGivenAtOnceWithoutPatience) {
  int told = 0;
  {
    const SlowNotice notice(Duration(0), [&] { ++told; });
    EXPECT_EQ(told, 1);
  }
  EXPECT_EQ(told, 1);
}

TEST(SlowNotice, IsGivenOnceWhenPatienceIsOver) {
  std::promise<void> promise;
  std::future<void> told = promise.get_future();
  const SlowNotice notice(Duration(1), [&] { promise.set_value(); });  // a second call would throw
  EXPECT_EQ(told.wait_for(std::chrono::seconds(60)), std::future_status::ready);
}

TEST(SlowNotice, IsNotGivenOnceTheWorkIsDone) {
  int told = 0;
  {
    const SlowNotice notice(std::chrono::hours(1), [&] { ++told; });
  }
  EXPECT_EQ(told, 0);
}

}  // namespace
}  // namespace dagitops
