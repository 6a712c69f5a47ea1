#include "dagitops/controller/key_queue.h"

#include <gtest/gtest.h>

namespace dagitops::controller {
namespace {

constexpr SteadyTime At(long long milliseconds) { return SteadyTime(milliseconds); }

TEST(KeyQueue, HandsOutWhatIsDueAndNothingElse) {
  KeyQueue queue;
  queue.Add("a", At(100));
  EXPECT_EQ(queue.Take(At(99)), std::nullopt);
  EXPECT_EQ(queue.NextDue(), At(100));
  EXPECT_EQ(queue.Take(At(100)), "a");
  EXPECT_EQ(queue.NextDue(), std::nullopt);
}

TEST(KeyQueue, EqualKeysMergeIntoTheSoonerTime) {
  KeyQueue queue;
  queue.Add("a", At(100));
  queue.Add("a", At(50));
  queue.Add("a", At(200));
  EXPECT_EQ(queue.Take(At(50)), "a");
  queue.Done("a", At(0));
  EXPECT_EQ(queue.Take(At(1000)), std::nullopt) << "the three were one";
}

TEST(KeyQueue, LongestWaitingGoesFirst) {
  KeyQueue queue;
  queue.Add("a", At(30));
  queue.Add("b", At(10));
  queue.Add("c", At(20));
  EXPECT_EQ(queue.Take(At(100)), "b");
  EXPECT_EQ(queue.Take(At(100)), "c");
  EXPECT_EQ(queue.Take(At(100)), "a");
}

TEST(KeyQueue, KeyIsNeverWorkedOnTwiceAtOnce) {
  KeyQueue queue;
  queue.Add("a", At(0));
  ASSERT_EQ(queue.Take(At(0)), "a");
  queue.Add("a", At(0));
  EXPECT_EQ(queue.Take(At(10)), std::nullopt);
  EXPECT_EQ(queue.NextDue(), std::nullopt);
  queue.Done("a", At(0));
  EXPECT_EQ(queue.Take(At(10)), "a");
}

TEST(KeyQueue, WakeUpsDuringARunCauseExactlyOneMore) {
  KeyQueue queue;
  queue.Add("a", At(0));
  queue.Take(At(0));
  for (int i = 0; i < 5; ++i) queue.Add("a", At(i));
  queue.Done("a", At(0));
  EXPECT_EQ(queue.Take(At(10)), "a");
  queue.Done("a", At(0));
  EXPECT_EQ(queue.Take(At(10)), std::nullopt);
}

TEST(KeyQueue, AKeyRestsAndAnotherDoesNot) {
  KeyQueue queue;
  queue.Add("a", At(0));
  queue.Take(At(0));
  queue.Add("a", At(5));
  queue.Done("a", At(50));
  EXPECT_EQ(queue.NextDue(), At(50));
  EXPECT_EQ(queue.Take(At(49)), std::nullopt);
  queue.Add("b", At(20));
  EXPECT_EQ(queue.NextDue(), At(20));
  EXPECT_EQ(queue.Take(At(49)), "b");
  EXPECT_EQ(queue.Take(At(50)), "a");
}

TEST(KeyQueue, ItsDepthIsWhatIsDueAndNotBegun) {
  KeyQueue queue;
  EXPECT_EQ(queue.Depth(At(100)), 0U);
  queue.Add("a", At(100));
  queue.Add("b", At(50));
  queue.Add("c", At(101));
  EXPECT_EQ(queue.Depth(At(100)), 2U);
  queue.Take(At(100));
  EXPECT_EQ(queue.Depth(At(100)), 1U);
  queue.Add("b", At(100));
  EXPECT_EQ(queue.Depth(At(100)), 2U) << "again, once its run has ended";
}

}  // namespace
}  // namespace dagitops::controller
