#include "dagitops/model/log_reason.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "dagitops/base/secret.h"
#include "dagitops/base/text.h"

namespace dagitops {
namespace {

constexpr std::size_t kMaxReason = 400;
constexpr std::string_view kTraceback = "Traceback (most recent call last):";
constexpr std::array<std::string_view, 2> kWrappers{"dagster._core.errors.DagsterUserCodeLoadError:",
                                                    "dagster._core.errors.DagsterImportError:"};

// An exception's line, and the last place in the user's own code on the way to it.
struct Raised {
  std::string_view text;
  std::string place;  // "definitions.py:12"; empty: none below the code folder
};

// "  File "/tree/a/b.py", line 12, in f" -> "a/b.py:12" when it lies below the folder.
std::optional<std::string> PlaceOf(std::string_view line, const std::string& code_folder) {
  constexpr std::string_view kFile = "File \"";
  constexpr std::string_view kLine = "\", line ";
  line = Trim(line);
  const std::size_t end = line.find(kLine);
  if (!line.starts_with(kFile) || end == std::string_view::npos) return std::nullopt;
  std::string_view path = line.substr(kFile.size(), end - kFile.size());
  if (code_folder.empty() || !path.starts_with(code_folder + "/")) return std::nullopt;
  path.remove_prefix(code_folder.size() + 1);
  std::string_view number = line.substr(end + kLine.size());
  number = number.substr(0, number.find(','));
  return std::string(path) + ":" + std::string(number);
}

bool Indented(std::string_view line) { return line.starts_with(' ') || line.starts_with('\t'); }

// All exceptions in the log, in its order. In a traceback every line but the exception's own is indented.
std::vector<Raised> FindRaised(const std::vector<std::string>& lines, const std::string& code_folder) {
  std::vector<Raised> raised;
  bool inside = false;
  std::string place;
  for (const std::string& line : lines) {
    if (line == kTraceback) {
      inside = true;
      place.clear();
    } else if (inside && Indented(line)) {
      if (auto found = PlaceOf(line, code_folder)) place = std::move(*found);
    } else if (inside && !line.empty()) {
      raised.push_back({line, place});
      inside = false;
    }
  }
  return raised;
}

bool IsWrapper(const Raised& raised) {
  return std::any_of(kWrappers.begin(), kWrappers.end(),
                     [&](std::string_view wrapper) { return raised.text.starts_with(wrapper); });
}

const Raised& MostTelling(const std::vector<Raised>& raised) {
  const auto cause = std::find_if(raised.rbegin(), raised.rend(), [](const Raised& each) { return !IsWrapper(each); });
  return cause == raised.rend() ? raised.back() : *cause;
}

// What `dagster definitions validate` says below its line about the location (dagster 1.13.27, run).
std::string ValidationFailure(const std::vector<std::string>& lines) {
  const auto told = std::find_if(lines.rbegin(), lines.rend(), [](const std::string& line) {
    return line.find("Validation failed for code location") != std::string::npos;
  });
  if (told == lines.rend()) return "";
  const auto said = std::find_if(told.base(), lines.end(), [](const auto& line) { return !Trim(line).empty(); });
  return said == lines.end() ? "" : std::string(Trim(*said));
}

}  // namespace

std::string WithoutColours(std::string_view text) {
  std::string clean;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\x1b') {
      clean += text[i];
      continue;
    }
    // A control sequence: ESC [ parameters, then one letter (ECMA-48, 5.4).
    if (i + 1 < text.size() && text[i + 1] == '[') {
      i += 2;
      while (i < text.size() && (text[i] < '@' || text[i] > '~')) ++i;
    }
  }
  return clean;
}

std::string LogReason(std::string_view log, const std::string& code_folder) {
  const std::vector<std::string> lines = Split(WithoutColours(log), '\n');
  const std::vector<Raised> raised = FindRaised(lines, code_folder);
  std::string reason = ValidationFailure(lines);
  if (!reason.empty()) {
    // it is the exception already
  } else if (!raised.empty()) {
    const Raised& cause = MostTelling(raised);
    reason = Trim(cause.text);
    if (!cause.place.empty()) reason += " (" + cause.place + ")";
  } else {
    const auto said = std::find_if(lines.rbegin(), lines.rend(), [](const auto& line) { return !Trim(line).empty(); });
    if (said != lines.rend()) reason = Trim(*said);
  }
  return Shorten(Redact(reason), kMaxReason);
}

}  // namespace dagitops
