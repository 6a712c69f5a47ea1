#pragma once

#include <string>

#include "dagitops/base/diagnostic.h"

namespace dagitops::yaml {

// What libyaml says about a text that is no YAML, without its types. Lines and columns count from 1; 0 is unknown.
struct SyntaxProblem {
  std::string problem;  // libyaml's words, e.g. "could not find expected ':'"
  int line = 0;
  int column = 0;
  int context_line = 0;  // where the thing began that went wrong later
  int context_column = 0;
};

// The problem in words that say what to do. Always a fault yaml-syntax.
Diagnostic ExplainSyntax(const SyntaxProblem& problem, const std::string& file);

}  // namespace dagitops::yaml
