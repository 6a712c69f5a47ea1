#include "target/local_process/env_file.h"

#include <algorithm>
#include <cctype>

#include "dagitops/base/text.h"

namespace dagitops::local_process {
namespace {

bool IsName(std::string_view text) {
  if (text.empty() || std::isdigit(static_cast<unsigned char>(text.front())) != 0) return false;
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '.' || c == '-'; });
}

std::string_view WithoutQuotes(std::string_view value) {
  const bool quoted =
      value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front();
  return quoted ? value.substr(1, value.size() - 2) : value;
}

}  // namespace

Result<std::map<std::string, std::string>> ParseEnvFile(std::string_view text, const std::string& path) {
  std::map<std::string, std::string> variables;
  int number = 0;
  for (const std::string& raw : Split(text, '\n')) {
    ++number;
    std::string_view line = Trim(raw);
    if (line.empty() || line.starts_with('#')) continue;
    if (line.starts_with("export ")) line = Trim(line.substr(7));
    const std::size_t equals = line.find('=');
    const std::string_view key = Trim(line.substr(0, equals));
    if (equals == std::string_view::npos || !IsName(key) || line.find('\0') != std::string_view::npos) {
      return Error{ErrorKind::kInvalid, "env-file-line", path + ":" + std::to_string(number),
                   "the line is not of the form KEY=value", "write KEY=value, one a line; # begins a comment"};
    }
    variables[std::string(key)] = WithoutQuotes(Trim(line.substr(equals + 1)));
  }
  return variables;
}

}  // namespace dagitops::local_process
