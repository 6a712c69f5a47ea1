#pragma once

#include <string>
#include <vector>

namespace dagitops {

// One exception of Dagster's, as its GraphQL (PythonError) and its gRPC (SerializableErrorInfo) both tell it. Source:
// dagster_shared 1.13.27, error.py.
struct PythonError {
  std::string class_name;
  std::string message;             // "module.Class: text\n"; of a SyntaxError the lines that Python prints
  std::vector<std::string> stack;  // "  File \"/x.py\", line 2, in f\n    source\n", outermost call first
};

// What a person needs of an exception and its causes (outermost first), on one line of at most 500 bytes, redacted:
//   "ModuleNotFoundError: No module named 'x' (/repo/defs.py, line 2)"
// Dagster wraps what user code raises; so the first of them that passed through code outside of Dagster is told, and
// the outermost when none did. The place is the innermost one outside of installed packages. Pure.
std::string DescribePythonError(const std::vector<PythonError>& chain);

}  // namespace dagitops
