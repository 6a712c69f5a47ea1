#include "dagitops/base/shared.h"

#include <gtest/gtest.h>

#include <string>

namespace dagitops {
namespace {

TEST(SharedTest, IsNothingUntilItIsSet) {
  Shared<std::string> text;
  EXPECT_FALSE(text);
  EXPECT_FALSE(text.has_value());
  text = std::string("a");
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, "a");
  EXPECT_EQ(text->size(), 1U);
  text.reset();
  EXPECT_FALSE(text);
}

TEST(SharedTest, CopiesAreTheSameValue) {
  const Shared<std::string> text = std::string("a");
  const Shared<std::string> copy = text;
  EXPECT_EQ(&*copy, &*text);
}

TEST(SharedTest, SettingOneLeavesItsCopies) {
  Shared<std::string> text = std::string("a");
  const Shared<std::string> copy = text;
  text = std::string("b");
  EXPECT_EQ(*copy, "a");
}

TEST(SharedTest, EqualsByValue) {
  const Shared<std::string> nothing;
  EXPECT_EQ(Shared<std::string>("a"), Shared<std::string>("a"));
  EXPECT_NE(Shared<std::string>("a"), Shared<std::string>("b"));
  EXPECT_NE(Shared<std::string>("a"), nothing);
  EXPECT_NE(nothing, Shared<std::string>("a"));
  EXPECT_EQ(nothing, Shared<std::string>(std::nullopt));
}

}  // namespace
}  // namespace dagitops
