#include "dagitops/base/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace dagitops {
namespace {

Error Gone() { return {ErrorKind::kRetry, "gone", "a.yaml", "reading failed", "look for it"}; }

Result<int> Half(int number) {
  if (number % 2 != 0) return Gone();
  return number / 2;
}

Result<int> Quarter(int number) {
  DAGITOPS_ASSIGN(const int half, Half(number));
  DAGITOPS_ASSIGN(const int quarter, Half(half));
  return quarter;
}

Status Check(int number) {
  DAGITOPS_TRY(Half(number));
  DAGITOPS_TRY(Half(number / 2));
  return Ok();
}

TEST(ErrorText, LeavesOutEmptyParts) {
  EXPECT_EQ(Gone().Text(), "a.yaml: reading failed (look for it)");
  Error error = Gone();
  error.hint.clear();
  EXPECT_EQ(error.Text(), "a.yaml: reading failed");
  error.subject.clear();
  EXPECT_EQ(error.Text(), "reading failed");
}

TEST(While, TellsTheOuterStepFirstAndKeepsTheRest) {
  const Error error = While("composing", Gone());
  EXPECT_EQ(error.message, "while composing: reading failed");
  EXPECT_EQ(error.kind, ErrorKind::kRetry);
  EXPECT_EQ(error.code, "gone");
  EXPECT_EQ(error.subject, "a.yaml");
}

TEST(Result, AssignLeavesWithTheFirstError) {
  EXPECT_EQ(Quarter(12).value(), 3);
  EXPECT_EQ(Quarter(6).error(), Gone());
  EXPECT_EQ(Quarter(7).error(), Gone());
}

TEST(Result, TryLeavesWithTheFirstError) {
  EXPECT_TRUE(Check(12).has_value());
  EXPECT_FALSE(Check(6).has_value());
}

TEST(Result, AssignMovesWhatCannotBeCopied) {
  const auto make = []() -> Result<std::unique_ptr<int>> { return std::make_unique<int>(5); };
  const auto take = [&]() -> Result<int> {
    DAGITOPS_ASSIGN(const std::unique_ptr<int> number, make());
    return *number;
  };
  EXPECT_EQ(take().value(), 5);
}

TEST(Result, ValueOfAnErrorIsABugOfOurs) {
  const Result<int> result = Half(1);
  try {
    static_cast<void>(result.value());
    FAIL() << "no exception";
  } catch (const std::logic_error& error) {
    EXPECT_NE(std::string(error.what()).find("a.yaml: reading failed"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace dagitops
