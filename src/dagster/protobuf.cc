#include "dagster/protobuf.h"

namespace dagitops::protobuf {
namespace {

enum WireType : std::uint32_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

// One field as it stands in a message.
struct Field {
  std::uint32_t number = 0;
  std::uint32_t type = 0;
  std::uint64_t value = 0;  // of a varint
  std::string_view bytes;   // of everything else
};

void AppendVarint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

std::optional<std::uint64_t> TakeVarint(std::string_view& rest) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !rest.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(rest.front());
    rest.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;  // cut off, or longer than ten bytes
}

std::optional<std::string_view> TakeBytes(std::string_view& rest, std::uint64_t size) {
  if (size > rest.size()) return std::nullopt;
  const std::string_view bytes = rest.substr(0, static_cast<std::size_t>(size));
  rest.remove_prefix(bytes.size());
  return bytes;
}

// How many bytes follow the tag of a field that is no varint; groups (types 3 and 4) are long gone from protobuf.
std::optional<std::uint64_t> SizeOf(std::uint32_t type, std::string_view& rest) {
  switch (type) {
    case kBytes:
      return TakeVarint(rest);
    case kFixed64:
      return 8;
    case kFixed32:
      return 4;
    default:
      return std::nullopt;
  }
}

std::optional<Field> TakeField(std::string_view& rest) {
  const auto tag = TakeVarint(rest);
  if (!tag || *tag >> 3 == 0 || *tag >> 32 != 0) return std::nullopt;
  Field field{.number = static_cast<std::uint32_t>(*tag >> 3),
              .type = static_cast<std::uint32_t>(*tag & 7),
              .value = 0,
              .bytes = {}};
  if (field.type == kVarint) {
    const auto value = TakeVarint(rest);
    if (!value) return std::nullopt;
    field.value = *value;
    return field;
  }
  const auto size = SizeOf(field.type, rest);
  const auto bytes = size ? TakeBytes(rest, *size) : std::nullopt;
  if (!bytes) return std::nullopt;
  field.bytes = *bytes;
  return field;
}

std::optional<Field> Find(std::string_view message, std::uint32_t number, WireType type) {
  Field found;
  while (!message.empty()) {
    const auto field = TakeField(message);
    if (!field || (field->number == number && field->type != type)) return std::nullopt;
    if (field->number == number) found = *field;
  }
  return found;
}

}  // namespace

std::string BytesField(std::uint32_t number, std::string_view value) {
  std::string out;
  AppendVarint(out, number << 3 | kBytes);
  AppendVarint(out, value.size());
  return out += value;
}

std::optional<std::string_view> FindBytes(std::string_view message, std::uint32_t number) {
  const auto field = Find(message, number, kBytes);
  return field ? std::optional(field->bytes) : std::nullopt;
}

std::optional<std::uint64_t> FindNumber(std::string_view message, std::uint32_t number) {
  const auto field = Find(message, number, kVarint);
  return field ? std::optional(field->value) : std::nullopt;
}

}  // namespace dagitops::protobuf
