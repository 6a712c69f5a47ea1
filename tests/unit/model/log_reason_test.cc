#include "dagitops/model/log_reason.h"

#include <gtest/gtest.h>

namespace dagitops {
namespace {

TEST(WithoutColours, DropsControlSequencesAndNothingElse) {
  EXPECT_EQ(WithoutColours("a\x1b[1;31mb\x1b[0mc"), "abc");
  EXPECT_EQ(WithoutColours("a\x1b[31"), "a");
  EXPECT_EQ(WithoutColours("a\x1b"), "a");
  EXPECT_EQ(WithoutColours("a[0m"), "a[0m");
}

TEST(LogReason, NamesTheExceptionAndItsPlaceInTheUsersCode) {
  constexpr char kLog[] =
      "Starting\nTraceback (most recent call last):\n  File \"/usr/lib/python3/x.py\", line 3, in f\n"
      "  File \"/app/acme/sales.py\", line 12, in <module>\nModuleNotFoundError: No module named 'nothing'\n";
  EXPECT_EQ(LogReason(kLog, "/app"), "ModuleNotFoundError: No module named 'nothing' (acme/sales.py:12)");
  EXPECT_EQ(LogReason(kLog, ""), "ModuleNotFoundError: No module named 'nothing'");
}

TEST(LogReason, ReadsWhatTheCheckOfDefinitionsSays) {
  constexpr char kLog[] =
      "2026-11-28 - dagster - ERROR - Validation failed for code location acme:\n\nRuntimeError: ACME_BREAK is set\n\n"
      "Stack Trace:\n  File \"/app/acme/__init__.py\", line 2, in <module>\n"
      "2026-11-28 - dagster - ERROR - Validation for 1 code locations failed.\n";
  EXPECT_EQ(LogReason(kLog, ""), "RuntimeError: ACME_BREAK is set");
}

TEST(LogReason, FallsBackOnTheLastLineThatSaysSomething) {
  EXPECT_EQ(LogReason("one\ntwo\n\n", ""), "two");
  EXPECT_EQ(LogReason("", ""), "");
}

}  // namespace
}  // namespace dagitops
