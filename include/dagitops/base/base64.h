#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dagitops {

// Base64 of RFC 4648 with its standard alphabet: padded, no line breaks.
std::string Base64Encode(std::string_view bytes);
// nullopt for anything that is not exactly that, except that white space is skipped.
std::optional<std::string> Base64Decode(std::string_view text);

}  // namespace dagitops
