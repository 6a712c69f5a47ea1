#include "dagster/python_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/case_name.h"

namespace dagitops {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string kDagsterFrame =
    "  File \"/venv/lib/python3.11/site-packages/dagster/_core/code_pointer.py\", line 100, in load\n    raise X\n";
const std::string kFrozenFrame = "  File \"<frozen importlib._bootstrap>\", line 241, in _call\n";

std::string Frame(const std::string& file, int line) {
  return "  File \"" + file + "\", line " + std::to_string(line) + ", in <module>\n    code\n";
}

struct Case {
  std::string name;
  std::vector<PythonError> chain;  // outermost first
  std::string text;
};
class DescribePythonErrorTest : public ::testing::TestWithParam<Case> {};

TEST_P(DescribePythonErrorTest, TellsWhatAPersonNeeds) {
  EXPECT_EQ(DescribePythonError(GetParam().chain), GetParam().text);
}

// The chains are those of dagster 1.13.27, shortened.
INSTANTIATE_TEST_SUITE_P(
    Chains, DescribePythonErrorTest,
    ::testing::Values(
        Case{"BrokenImport",
             {{"DagsterImportError",
               "dagster._core.errors.DagsterImportError: Encountered ImportError: `No module named 'x'`\n",
               {kDagsterFrame}},
              {"ModuleNotFoundError",
               "ModuleNotFoundError: No module named 'x'\n",
               {kDagsterFrame, kFrozenFrame, Frame("/repo/defs.py", 2)}}},
             "ModuleNotFoundError: No module named 'x' (/repo/defs.py, line 2)"},
        Case{"SyntaxError",
             {{"DagsterUserCodeLoadError",
               "dagster._core.errors.DagsterUserCodeLoadError: Error occurred\n",
               {"  File \"/usr/lib/python3.11/contextlib.py\", line 158, in __exit__\n", kDagsterFrame}},
              {"SyntaxError",
               "  File \"/repo/defs.py\", line 2\n    def f(:\n          ^\nSyntaxError: invalid syntax\n",
               {kDagsterFrame, kFrozenFrame}}},
             "SyntaxError: invalid syntax (/repo/defs.py, line 2)"},
        Case{"RaisedInTheStandardLibrary",
             {{"DagsterUserCodeLoadError", "dagster._core.errors.DagsterUserCodeLoadError: E\n", {kDagsterFrame}},
              {"KeyError",
               "KeyError: 'HOME'\n",
               {Frame("/repo/defs.py", 3), "  File \"<frozen os>\", line 679, in __getitem__\n"}}},
             "KeyError: 'HOME' (/repo/defs.py, line 3)"},
        Case{"RaisedInAnInstalledPackage",
             {{"FileNotFoundError",
               "FileNotFoundError: no such file\n",
               {Frame("/repo/defs.py", 7), Frame("/venv/lib/python3.11/site-packages/pandas/io.py", 9)}}},
             "FileNotFoundError: no such file (/repo/defs.py, line 7)"},
        Case{"UserCodeIsInstalled",
             {{"ValueError",
               "ValueError: bad\n",
               {kDagsterFrame, Frame("/usr/lib/python3/dist-packages/acme/defs.py", 9)}}},
             "ValueError: bad (/usr/lib/python3/dist-packages/acme/defs.py, line 9)"},
        Case{"DagstersOwnErrorFromUserCode",
             {{"DagsterUserCodeLoadError", "dagster._core.errors.DagsterUserCodeLoadError: E\n", {kDagsterFrame}},
              {"DagsterInvalidDefinitionError",
               "dagster._core.errors.DagsterInvalidDefinitionError: Duplicate asset key\n",
               {Frame("/repo/defs.py", 5), kDagsterFrame}}},
             "DagsterInvalidDefinitionError: Duplicate asset key (/repo/defs.py, line 5)"},
        Case{"NothingOfTheUsers",
             {{"DagsterUserCodeUnreachableError",
               "dagster._core.errors.DagsterUserCodeUnreachableError: Could not reach user code server.\n",
               {kDagsterFrame}},
              {"_InactiveRpcError",
               "grpc._channel._InactiveRpcError: <many\n\tlines>\n",
               {"  File \"/venv/lib/python3.11/site-packages/grpc/_channel.py\", line 1, in x\n"}}},
             "DagsterUserCodeUnreachableError: Could not reach user code server."},
        Case{"ManyLines", {{"ValueError", "ValueError: a\n  b\n\n\tc\r\n", {}}}, "ValueError: a b c"},
        Case{"NoClass", {{"", "some.text: here", {}}}, "some.text: here"},
        Case{"ClassNameInsideTheText", {{"X", "a b.X: c", {}}}, "a b.X: c"},
        Case{"OddFrames", {{"E", "E: x", {"", "File \"a\"", "  File \"a", "  File \"a\", line "}}}, "E: x (a, line )"},
        Case{"Empty", {}, "an error without a text"}),
    support::CaseName());

TEST(DescribePythonError, ShowsNoSecret) {
  const std::string text =
      DescribePythonError({{"E", "E: cannot connect to postgres://u:hunter2@db/x with password='hunter2'", {}}});
  EXPECT_THAT(text, Not(HasSubstr("hunter2")));
}

TEST(DescribePythonError, IsAtMost500BytesAndKeepsThePlace) {
  const std::string text = DescribePythonError({{"E", "E: " + std::string(10'000, 'x'), {Frame("/repo/defs.py", 7)}}});
  EXPECT_LE(text.size(), 500u);
  EXPECT_THAT(text, HasSubstr("... (/repo/defs.py, line 7)"));
  EXPECT_LE(DescribePythonError({{"E", "E: x", {Frame(std::string(10'000, 'y'), 7)}}}).size(), 500u);
}

}  // namespace
}  // namespace dagitops
