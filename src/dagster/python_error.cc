#include "dagster/python_error.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "dagitops/base/secret.h"
#include "dagitops/base/text.h"

namespace dagitops {
namespace {

constexpr std::size_t kLimit = 500;
constexpr std::string_view kFrameStart = "  File \"";

struct Place {
  std::string file;
  std::string line;

  std::string Text() const { return file + ", line " + line; }
};

// `  File "/x.py", line 2, in f` -> /x.py and 2.
std::optional<Place> PlaceOf(std::string_view frame) {
  constexpr std::string_view kLine = "\", line ";
  if (!frame.starts_with(kFrameStart)) return std::nullopt;
  frame.remove_prefix(kFrameStart.size());
  const std::size_t end = frame.find(kLine);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view rest = frame.substr(end + kLine.size());
  const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
  return Place{std::string(frame.substr(0, end)), std::string(rest.substr(0, digits))};
}

bool Has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

bool IsInstalled(const Place& place) {
  return Has(place.file, "/site-packages/") || Has(place.file, "/dist-packages/");
}

// Frames of the interpreter, of its library, of Dagster and of its gRPC say nothing about the user's code.
bool IsMachinery(const Place& place) {
  return place.file.starts_with('<') || (Has(place.file, "/lib/python3.") && !IsInstalled(place)) ||
         Has(place.file, "/site-packages/dagster") || Has(place.file, "/dist-packages/dagster") ||
         Has(place.file, "/site-packages/grpc/");
}

// The innermost frame of user code, its own files before installed packages; a SyntaxError carries its place itself.
std::optional<Place> UserPlace(const PythonError& error) {
  if (auto place = PlaceOf(error.message)) return place;
  std::optional<Place> installed;
  for (auto frame = error.stack.rbegin(); frame != error.stack.rend(); ++frame) {
    auto place = PlaceOf(*frame);
    if (!place || IsMachinery(*place)) continue;
    if (!IsInstalled(*place)) return place;
    if (!installed) installed = std::move(place);
  }
  return installed;
}

// "dagster._core.errors.DagsterX: text" -> "DagsterX: text".
std::string WithoutModule(const std::string& text, const std::string& class_name) {
  const std::size_t at = class_name.empty() ? std::string::npos : text.find("." + class_name + ":");
  return at == std::string::npos || Has(text.substr(0, at), " ") ? text : text.substr(at + 1);
}

// All white space runs of a message as single blanks; of a SyntaxError only its last line.
std::string OneLine(const PythonError& error) {
  std::string_view text = Trim(error.message);
  if (PlaceOf(error.message)) text = Trim(text.substr(text.rfind('\n') + 1));
  std::string line;
  for (const char c : text) {
    const bool blank = c == '\n' || c == '\t' || c == '\r' || c == ' ';
    if (!blank) line += c;
    if (blank && !line.empty() && line.back() != ' ') line += ' ';
  }
  return WithoutModule(line, error.class_name);
}

}  // namespace

std::string DescribePythonError(const std::vector<PythonError>& chain) {
  if (chain.empty()) return "an error without a text";
  const auto users =
      std::find_if(chain.begin(), chain.end(), [](const PythonError& error) { return UserPlace(error).has_value(); });
  const PythonError& told = users == chain.end() ? chain.front() : *users;
  const auto place = UserPlace(told);
  // The message is cut before the place: the place is what somebody goes to.
  const std::string where = place ? " (" + Shorten(place->Text(), kLimit / 2) + ")" : "";
  return Shorten(Redact(OneLine(told)), kLimit - where.size()) + where;
}

}  // namespace dagitops
