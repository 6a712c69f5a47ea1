#include "workspace/lint_report.h"

#include <utility>

#include "dagitops/workspace/lint_codes.h"

namespace dagitops::workspace {

void LintReport::Tell(std::string_view code, const Mark& mark, Words words) {
  TellAt(code, Place(mark), std::move(words));
}

void LintReport::TellAt(std::string_view code, Position position, Words words) {
  const LintCode* row = FindLintCode(code);
  const bool fault = row == nullptr || row->severity == Severity::kFault;
  diagnostics_.push_back((fault ? Fault : Warning)(std::string(code), std::move(position), std::move(words)));
  diagnostics_.back().location = input_.name;
}

Position LintReport::File() const {
  const std::string& fragment = input_.sources[static_cast<std::size_t>(Layer::kFragment)];
  return {fragment.empty() ? input_.sources[static_cast<std::size_t>(Layer::kOverlay)] : fragment, 0, 0};
}

}  // namespace dagitops::workspace
