#include "target/local_process/failure_reason.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/case_name.h"

namespace dagitops::local_process {
namespace {

using testing::HasSubstr;
using testing::Not;

// Cut out of real logs of dagster 1.13.27.
const std::string kStartLine =
    "\x1b[32m2026-11-22 14:18:59 +0000\x1b[0m - dagster.code_server - \x1b[34mINFO\x1b[0m - Starting Dagster code "
    "server for module bad in process 19668\n";
const std::string kFrame =
    "  File \"/venv/site-packages/dagster/_cli/api.py\", line 829, in grpc_command\n    x = f(\n";
const std::string kCause =
    "\nThe above exception was the direct cause of the following exception:\n\nTraceback (most recent call last):\n" +
    kFrame;
const std::string kLoadError =
    "dagster._core.errors.DagsterUserCodeLoadError: Error occurred during the loading of Dagster definitions in\n"
    "executable_path=/venv/bin/python, module_name=bad, working_directory=/tree\n";

struct ReasonCase {
  std::string name;
  std::string log;
  std::string wanted;
};

class Reason : public testing::TestWithParam<ReasonCase> {};

TEST_P(Reason, IsFoundInTheLog) { EXPECT_EQ(FailureReason(GetParam().log, "/tree"), GetParam().wanted); }

INSTANTIATE_TEST_SUITE_P(
    Logs, Reason,
    testing::Values(
        ReasonCase{"Nothing", "", ""}, ReasonCase{"BlankLines", "\n\n  \n", ""},
        ReasonCase{
            "MissingModule",
            kStartLine + "Traceback (most recent call last):\n" + kFrame +
                "  File \"/tree/bad.py\", line 1, in <module>\n    import nothing\n"
                "ModuleNotFoundError: No module named 'nothing'\n" +
                kCause +
                "dagster._core.errors.DagsterImportError: Encountered ImportError: `No module named 'nothing'`\n",
            "ModuleNotFoundError: No module named 'nothing' (bad.py:1)"},
        ReasonCase{"SyntaxError",
                   kStartLine + "Traceback (most recent call last):\n" + kFrame +
                       "  File \"/tree/a/syn.py\", line 7\n    def f(:\n          ^\nSyntaxError: invalid syntax\n" +
                       kCause + kLoadError,
                   "SyntaxError: invalid syntax (a/syn.py:7)"},
        ReasonCase{
            "LastPlaceInOwnCodeCounts",
            "Traceback (most recent call last):\n  File \"/tree/a.py\", line 1, in f\n  File \"/tree/b.py\", line "
            "22, in g\n" +
                kFrame + "KeyError: 'DB_URL'\n" + kCause + kLoadError,
            "KeyError: 'DB_URL' (b.py:22)"},
        ReasonCase{"DagstersOwnWordOnly",
                   "Traceback (most recent call last):\n" + kFrame +
                       "dagster._core.errors.DagsterInvariantViolationError: No Definitions found in \"none\".\n",
                   "dagster._core.errors.DagsterInvariantViolationError: No Definitions found in \"none\"."},
        ReasonCase{"OnlyTheWrapper", "Traceback (most recent call last):\n" + kFrame + kLoadError,
                   "dagster._core.errors.DagsterUserCodeLoadError: Error occurred during the loading of Dagster "
                   "definitions in"},
        ReasonCase{"ExceptionWithoutText", "Traceback (most recent call last):\n" + kFrame + "AssertionError\n",
                   "AssertionError"},
        ReasonCase{"NoTraceback", kStartLine + "/usr/bin/python3: No module named dagster\n\n",
                   "/usr/bin/python3: No module named dagster"},
        ReasonCase{"ColoursAreDropped", kStartLine,
                   "2026-11-22 14:18:59 +0000 - dagster.code_server - INFO - Starting Dagster code server for module "
                   "bad in process 19668"},
        ReasonCase{"EarlierStartsDoNotCount",
                   "=== dagitops: first\nTraceback (most recent call last):\nKeyError: 'old'\n=== dagitops: "
                   "second\nnew words\n",
                   "new words"},
        ReasonCase{"NothingSinceTheStart", "KeyError: 'old'\n=== dagitops: second\n", ""},
        ReasonCase{"HeaderCutShort", "KeyError: 'old'\n=== dagitops: sec", ""},
        ReasonCase{"SecretsAreMasked",
                   "Traceback (most recent call last):\nOperationalError: postgresql://u:hunter2@db/x failed\n",
                   "OperationalError: postgresql://db/x failed"}),
    support::CaseName{});

TEST(FailureReason, IsShort) { EXPECT_LE(FailureReason("ValueError: " + std::string(100'000, 'x'), "").size(), 400u); }

TEST(FailureReason, OfAnyBytesIsOneLine) {
  std::string bytes;
  for (int i = 0; i < 5000; ++i) bytes += static_cast<char>((i * 7919) % 256);
  EXPECT_THAT(FailureReason(bytes, "/tree"), Not(HasSubstr("\n")));
}

TEST(Describe, TellsHowAProcessEnded) {
  EXPECT_EQ(Describe(ProcessExit{3, 0}), "ended with exit code 3");
  EXPECT_EQ(WhyServerEnded(ProcessExit{3, 0}, "ValueError: x"), "ended with exit code 3: ValueError: x");
  EXPECT_EQ(WhyServerEnded(std::nullopt, ""), "has ended");
  EXPECT_EQ(
      WhyServerEnded(ProcessExit{0, 0}, "INFO - Starting"),
      "ended by itself with exit code 0, which usually means that its code calls exit; it said last: INFO - Starting");
  EXPECT_EQ(Describe(ProcessExit{-1, 9}), "was ended by signal 9 (Killed)");
  EXPECT_EQ(Describe(std::nullopt), "has ended");
}

struct PortCase {
  std::string name;
  std::string log;
  std::optional<int> wanted;
};

class Port : public testing::TestWithParam<PortCase> {};

TEST_P(Port, IsFoundWhereItIsTaken) { EXPECT_EQ(PortTaken(GetParam().log), GetParam().wanted); }

INSTANTIATE_TEST_SUITE_P(
    Logs, Port,
    testing::Values(PortCase{"Empty", "", std::nullopt},
                    PortCase{
                        "Taken",
                        "INFO Serving dagster-webserver on http://127.0.0.1:4602\nERROR:    [Errno 98] error while "
                        "attempting to bind on address ('127.0.0.1', 4602): address already in use\n",
                        4602},
                    PortCase{"TakenOnVersionSix",
                             "[Errno 98] error while attempting to bind on address ('::1', 80, 0, 0): address", 80},
                    PortCase{"AnotherError", "[Errno 13] error while attempting to bind on address ('127.0.0.1', 80)",
                             std::nullopt},
                    PortCase{"CutShort", "[Errno 98] error while attempting to bind on address ('127.0", std::nullopt},
                    PortCase{"BeforeThisStart",
                             "[Errno 98] error while attempting to bind on address ('127.0.0.1', 4602): x\n"
                             "=== dagitops: again\nfine\n",
                             std::nullopt}),
    support::CaseName{});

}  // namespace
}  // namespace dagitops::local_process
