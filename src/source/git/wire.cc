#include "source/git/wire.h"

#include <charconv>

namespace dagitops::git {

std::string EncodeFields(const Fields& fields) {
  std::string text;
  for (const auto& [name, value] : fields) text += name + " " + std::to_string(value.size()) + "\n" + value + "\n";
  return text + "end\n";
}

std::optional<Fields> DecodeFields(std::string_view text) {
  Fields fields;
  while (text != "end\n") {
    const std::size_t line = text.find('\n');
    const std::size_t space = text.substr(0, line).find(' ');
    if (line == std::string_view::npos || space == std::string_view::npos || space == 0) return std::nullopt;
    const std::string_view digits = text.substr(space + 1, line - space - 1);
    std::size_t length = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
    if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    const std::string_view rest = text.substr(line + 1);
    if (length >= rest.size() || rest[length] != '\n') return std::nullopt;
    fields[std::string(text.substr(0, space))] = rest.substr(0, length);
    text = rest.substr(length + 1);
  }
  return fields;
}

}  // namespace dagitops::git
