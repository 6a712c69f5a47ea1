#pragma once

#include <string>
#include <string_view>

namespace dagitops {

// `text` with U+FFFD in the place of every byte that belongs to no valid UTF-8 sequence (RFC 3629). Pure.
std::string ReplaceInvalidUtf8(std::string_view text);

}  // namespace dagitops
