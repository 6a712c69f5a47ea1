#pragma once

#include <string>
#include <vector>

namespace dagitops {

// A place in a file of the workspace repository. Line and column count from 1; 0 means the file as a whole.
struct Position {
  std::string file;  // path inside the repository, '/'-separated
  int line = 0;
  int column = 0;

  std::string Text() const;  // "file:line:column", without the parts that are 0

  friend auto operator<=>(const Position&, const Position&) = default;
};

// kFault holds the location at its last good version; kWarning is told and changes nothing.
enum class Severity { kFault, kWarning };

// One thing that is wrong, or doubtful, in the repository. All of them are collected; nothing stops at the first.
struct Diagnostic {
  Severity severity = Severity::kFault;
  std::string code;  // kebab-case, listed in docs/lint.md
  Position position;
  std::string location;  // name of the code location it belongs to; empty for files of the whole environment
  std::string found;     // what stands there
  std::string expected;  // what would be right
  std::string fix;       // what to do, in one imperative sentence

  // "locations/a.yaml:3:7: fault: unquoted-scalar: found 1.10, expected a string; write \"1.10\"".
  std::string Text() const;

  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

using Diagnostics = std::vector<Diagnostic>;

bool HasFault(const Diagnostics& diagnostics);

// By file, line, column, code: the order in which people and golden files see them.
void SortDiagnostics(Diagnostics& diagnostics);

}  // namespace dagitops
