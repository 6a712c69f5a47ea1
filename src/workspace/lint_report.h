#pragma once

#include <string>
#include <string_view>

#include "workspace/lint.h"
#include "workspace/report.h"

namespace dagitops::workspace {

// Where the checks of one location tell what they find. Severities come from the table of codes.
class LintReport {
 public:
  LintReport(const LintInput& input, Diagnostics& diagnostics) : input_(input), diagnostics_(diagnostics) {}

  void Tell(std::string_view code, const Mark& mark, Words words);
  void TellAt(std::string_view code, Position position, Words words);

  const LintInput& input() const { return input_; }
  Position Place(const Mark& mark) const { return At(input_.sources, mark); }
  // The fragment, or the overlay where there is no fragment, as a whole.
  Position File() const;

 private:
  const LintInput& input_;
  Diagnostics& diagnostics_;
};

}  // namespace dagitops::workspace
