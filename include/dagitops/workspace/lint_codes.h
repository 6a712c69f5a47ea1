#pragma once

#include <span>
#include <string_view>

#include "dagitops/base/diagnostic.h"

namespace dagitops::workspace {

// One kind of fault or warning. A code is stable: people write it into `lint.ignore` and search docs/lint.md for it.
struct LintCode {
  std::string_view code;
  Severity severity;
  std::string_view meaning;  // one line, without a full stop
};

// Every code that reading, merging and checking a workspace repository can tell, sorted by code. docs/lint.md has a
// section for each, with an example and what to do; a test keeps the two, and the sources, in step.
std::span<const LintCode> LintCodes();

// nullptr for a code that is none.
const LintCode* FindLintCode(std::string_view code);

}  // namespace dagitops::workspace
