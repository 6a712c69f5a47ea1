#include "target/kubernetes/jobs.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <string>
#include <vector>

namespace dagitops::kubernetes {
namespace {

Jobs::Work Gives(int number) {
  return [number]() -> Result<int> { return number; };
}

TEST(Jobs, AreCarriedOutAndGiveTheirResults) {
  std::latch ended(2);
  Jobs jobs(1, [&] { ended.count_down(); });
  EXPECT_TRUE(jobs.Submit("a", Gives(1)));
  EXPECT_TRUE(jobs.Submit("b", [] { return Result<int>(Error{ErrorKind::kRetry, "busy", "b", "not now", ""}); }));
  ended.wait();
  const std::vector<Jobs::Finished> finished = jobs.Take();
  ASSERT_EQ(finished.size(), 2U);
  EXPECT_EQ(finished[0].key, "a");
  EXPECT_EQ(finished[0].result.value(), 1);
  EXPECT_EQ(finished[1].key, "b");
  EXPECT_EQ(finished[1].result.error().code, "busy");
  EXPECT_TRUE(jobs.Take().empty());
}

TEST(Jobs, ThatWereTakenMayComeAgain) {
  std::latch ended(1);
  Jobs jobs(1, [&] { ended.count_down(); });
  EXPECT_FALSE(jobs.Has("a"));
  EXPECT_TRUE(jobs.Submit("a", Gives(1)));
  ended.wait();
  EXPECT_TRUE(jobs.Has("a")) << "finished, but nobody knows yet";
  jobs.Take();
  EXPECT_FALSE(jobs.Has("a"));
}

TEST(Jobs, OfOneKeyAreNeverTwo) {
  std::latch begun(1);
  std::latch release(1);
  std::latch ended(2);
  Jobs jobs(2, [&] { ended.count_down(); });
  jobs.Submit("a", [&]() -> Result<int> {
    begun.count_down();
    release.wait();
    return 1;
  });
  begun.wait();
  EXPECT_FALSE(jobs.Submit("a", Gives(2))) << "it runs";
  EXPECT_TRUE(jobs.Submit("b", Gives(3))) << "another thread is free";
  release.count_down();
  ended.wait();
  EXPECT_FALSE(jobs.Submit("a", Gives(2))) << "it was not taken yet";
  EXPECT_EQ(jobs.Take().size(), 2U);
}

TEST(Jobs, WaitForAFreeThreadInTheirOrder) {
  std::latch ended(3);
  std::latch release(1);
  std::string order;  // of one thread alone
  Jobs jobs(1, [&] { ended.count_down(); });
  const auto note = [&](char name) {
    return [&order, &release, name]() -> Result<int> {
      release.wait();
      order += name;
      return 0;
    };
  };
  for (const char name : {'a', 'b', 'c'}) EXPECT_TRUE(jobs.Submit(std::string(1, name), note(name)));
  EXPECT_FALSE(jobs.Submit("c", note('x'))) << "it waits";
  release.count_down();
  ended.wait();
  EXPECT_EQ(order, "abc");
}

TEST(Jobs, RunBesideEachOtherOnAsManyThreadsAsThereAre) {
  std::latch all(3);
  std::latch ended(3);
  Jobs jobs(3, [&] { ended.count_down(); });
  for (const char* key : {"a", "b", "c"}) {
    jobs.Submit(key, [&]() -> Result<int> {
      all.arrive_and_wait();
      return 0;
    });
  }
  ended.wait();
  EXPECT_EQ(jobs.Take().size(), 3U);
}

TEST(Jobs, ThatRunAreWaitedForAtTheEndAndThoseThatWaitAreDropped) {
  std::latch begun(1);
  std::atomic<int> done = 0;
  {
    Jobs jobs(1, [&] { ++done; });
    jobs.Submit("a", [&]() -> Result<int> {
      begun.count_down();
      return 0;
    });
    begun.wait();
    jobs.Submit("b", [&]() -> Result<int> {
      ++done;
      return 0;
    });
  }
  EXPECT_GE(done, 1) << "of the first, which ended before the jobs did";
}

TEST(Jobs, MayEndWithoutAnyWork) {
  const Jobs jobs(4, [] {});
}

}  // namespace
}  // namespace dagitops::kubernetes
