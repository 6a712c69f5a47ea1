#include "dagitops/base/random.h"

#include <gtest/gtest.h>

#include <limits>
#include <set>

namespace dagitops {
namespace {

struct Fixed final : Random {
  explicit Fixed(std::uint64_t bits) : bits_(bits) {}
  std::uint64_t Next() override { return bits_; }
  std::uint64_t bits_;
};

TEST(Random, UnitStaysBelowOne) {
  EXPECT_EQ(Fixed(0).Unit(), 0.0);
  EXPECT_LT(Fixed(std::numeric_limits<std::uint64_t>::max()).Unit(), 1.0);
  EXPECT_EQ(Fixed(std::uint64_t{1} << 63).Unit(), 0.5);
}

TEST(SystemRandom, DoesNotRepeatItself) {
  SystemRandom random;
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 64; ++i) seen.insert(random.Next());
  EXPECT_EQ(seen.size(), 64U);
}

}  // namespace
}  // namespace dagitops
