#include "store/utf8.h"

#include <cstddef>
#include <cstdint>

namespace dagitops {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// How many bytes the sequence that starts with `first` has; 0 when none does.
std::size_t Length(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return 2;
  if (first >= 0xE0 && first < 0xF0) return 3;
  return first >= 0xF0 && first < 0xF5 ? 4 : 0;
}

// The valid sequence at the start of `text`, in bytes; 0 when it is none: cut off, overlong, a surrogate or too large.
std::size_t ValidAt(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = Length(first);
  if (length <= 1) return length;
  if (length > text.size()) return 0;
  std::uint32_t code = first & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0) != 0x80) return 0;
    code = code << 6 | (next & 0x3F);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool surrogate = code >= 0xD800 && code < 0xE000;
  return overlong || surrogate || code > 0x10FFFF ? 0 : length;
}

}  // namespace

std::string ReplaceInvalidUtf8(std::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = ValidAt(text);
    valid += length == 0 ? kReplacement : text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return valid;
}

}  // namespace dagitops
