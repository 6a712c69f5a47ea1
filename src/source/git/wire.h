#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace dagitops::git {

// What passes between us and the process that fetches: named byte strings, each as "<name> <length>\n<bytes>\n", and a
// last line "end\n" without which the message counts as cut off.
using Fields = std::map<std::string, std::string>;

inline constexpr std::size_t kLargestMessage = 4u << 20;

std::string EncodeFields(const Fields& fields);
std::optional<Fields> DecodeFields(std::string_view text);

}  // namespace dagitops::git
