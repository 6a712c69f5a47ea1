#include "support/standin/wire.h"

namespace dagitops::standin {
namespace {

constexpr char kTextField = 0x0a;    // field 1, length-delimited
constexpr char kNumberField = 0x08;  // field 1, varint
constexpr std::size_t kPrefix = 5;

std::string Varint(std::size_t number) {
  std::string bytes;
  for (; number >= 0x80; number >>= 7) bytes += static_cast<char>((number & 0x7f) | 0x80);
  return bytes += static_cast<char>(number);
}

}  // namespace

std::string EncodeText(std::string_view text) {
  if (text.empty()) return {};
  return kTextField + Varint(text.size()) + std::string(text);
}

std::string EncodeNumber(unsigned number) { return {kNumberField, static_cast<char>(number & 0x7f)}; }

std::optional<std::string> DecodeText(std::string_view message) {
  if (message.empty()) return std::string();
  if (message.front() != kTextField) return std::nullopt;
  std::size_t at = 1;
  std::size_t length = 0;
  for (unsigned shift = 0; at < message.size() && shift < 32; shift += 7) {
    const auto byte = static_cast<unsigned char>(message[at++]);
    length |= std::size_t{byte & 0x7fU} << shift;
    if (byte < 0x80)
      return length > message.size() - at ? std::nullopt : std::optional(std::string(message.substr(at, length)));
  }
  return std::nullopt;
}

std::string Frame(std::string_view message) {
  std::string framed(1, '\0');
  for (int shift = 24; shift >= 0; shift -= 8) framed += static_cast<char>((message.size() >> shift) & 0xff);
  return framed.append(message);
}

std::optional<std::string_view> Unframe(std::string_view framed) {
  if (framed.size() < kPrefix || framed.front() != '\0') return std::nullopt;
  return framed.substr(kPrefix);
}

}  // namespace dagitops::standin
