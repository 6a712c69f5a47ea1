#include "dagitops/base/diagnostic.h"

#include <algorithm>
#include <tuple>

namespace dagitops {

std::string Position::Text() const {
  std::string text = file;
  if (line > 0) text += ":" + std::to_string(line);
  if (line > 0 && column > 0) text += ":" + std::to_string(column);
  return text;
}

std::string Diagnostic::Text() const {
  std::string text = position.Text();
  if (!text.empty()) text += ": ";
  text += severity == Severity::kFault ? "fault: " : "warning: ";
  text += code;
  if (!found.empty()) text += ": found " + found;
  if (!expected.empty()) text += (found.empty() ? ": expected " : ", expected ") + expected;
  if (!fix.empty()) text += (found.empty() && expected.empty() ? ": " : "; ") + fix;
  return text;
}

bool HasFault(const Diagnostics& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(),
                     [](const Diagnostic& d) { return d.severity == Severity::kFault; });
}

void SortDiagnostics(Diagnostics& diagnostics) {
  const auto key = [](const Diagnostic& d) { return std::tie(d.position, d.code, d.location, d.found); };
  std::stable_sort(diagnostics.begin(), diagnostics.end(),
                   [&](const Diagnostic& a, const Diagnostic& b) { return key(a) < key(b); });
}

}  // namespace dagitops
