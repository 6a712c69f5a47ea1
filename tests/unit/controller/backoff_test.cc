#include "dagitops/controller/backoff.h"

#include <gtest/gtest.h>

#include <vector>

namespace dagitops::controller {
namespace {

class FixedRandom final : public Random {
 public:
  explicit FixedRandom(std::uint64_t value) : value_(value) {}
  std::uint64_t Next() override { return value_; }

 private:
  std::uint64_t value_;
};

TEST(Backoff, DoublesUpToAMinute) {
  FixedRandom none(0);
  Backoff backoff(none);
  std::vector<long long> waits;
  for (int i = 0; i < 12; ++i) waits.push_back(backoff.Failed("a").count());
  EXPECT_EQ(waits,
            (std::vector<long long>{200, 400, 800, 1600, 3200, 6400, 12'800, 25'600, 51'200, 60'000, 60'000, 60'000}));
}

TEST(Backoff, SuccessForgetsAndKeysAreApart) {
  FixedRandom none(0);
  Backoff backoff(none);
  backoff.Failed("a");
  backoff.Failed("a");
  EXPECT_EQ(backoff.Failed("b").count(), 200);
  backoff.Succeeded("a");
  EXPECT_EQ(backoff.Failed("a").count(), 200);
}

TEST(Backoff, ChanceAddsUpToAFifth) {
  FixedRandom most(~std::uint64_t{0});
  Backoff backoff(most);
  EXPECT_GE(backoff.Failed("a").count(), 239);
  EXPECT_LE(backoff.Failed("b").count(), 240);
}

TEST(Backoff, NeverOverflows) {
  FixedRandom none(0);
  Backoff backoff(none);
  for (int i = 0; i < 1000; ++i) EXPECT_LE(backoff.Failed("a").count(), 60'000);
}

}  // namespace
}  // namespace dagitops::controller
