#include "workspace/report.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "dagitops/base/secret.h"
#include "dagitops/base/text.h"

namespace dagitops::workspace {
namespace {

Diagnostic Make(Severity severity, std::string code, Position position, Words words) {
  Diagnostic diagnostic;
  diagnostic.severity = severity;
  diagnostic.code = std::move(code);
  diagnostic.position = std::move(position);
  diagnostic.found = Redact(words.found);
  diagnostic.expected = std::move(words.expected);
  diagnostic.fix = Redact(words.fix);
  return diagnostic;
}

}  // namespace

Diagnostic Fault(std::string code, Position position, Words words) {
  return Make(Severity::kFault, std::move(code), std::move(position), std::move(words));
}

Diagnostic Warning(std::string code, Position position, Words words) {
  return Make(Severity::kWarning, std::move(code), std::move(position), std::move(words));
}

Position At(const Sources& sources, const Mark& mark) {
  const std::string& file = sources[static_cast<std::size_t>(mark.layer)];
  if (!file.empty()) return {file, static_cast<int>(mark.line), mark.column};
  const std::string& fragment = sources[static_cast<std::size_t>(Layer::kFragment)];
  return {fragment.empty() ? sources[static_cast<std::size_t>(Layer::kOverlay)] : fragment, 0, 0};
}

bool IsIgnored(const std::vector<LintIgnore>& ignores, std::string_view code) {
  return std::any_of(ignores.begin(), ignores.end(),
                     [&](const LintIgnore& ignore) { return ignore.code == code && !Trim(ignore.reason).empty(); });
}

void SetLocation(Diagnostics& diagnostics, const std::string& name) {
  for (Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.location.empty()) diagnostic.location = name;
  }
}

void Append(Diagnostics& to, Diagnostics from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace dagitops::workspace
