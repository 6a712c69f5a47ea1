#include "dagitops/yaml/emit.h"

#include <algorithm>
#include <cstdio>
#include <string_view>
#include <vector>

#include "dagitops/model/scalar.h"

namespace dagitops::yaml {
namespace {

// One character decoded from UTF-8; size 1 and code 0xFFFD for a byte that is none.
struct Character {
  std::uint32_t code = 0xFFFD;
  std::size_t size = 1;
};

Character Decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
  const std::uint32_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return {};
  std::uint32_t code = lead & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {};
    code = (code << 6U) | (byte(i) & 0x3FU);
  }
  constexpr std::uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool valid = code >= kSmallest[size] && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
  return valid ? Character{code, size} : Character{};
}

// What YAML 1.1 takes for a line break or does not allow in a text as it is, besides ASCII control characters.
bool NeedsEscape(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x2028 || code == 0x2029 || code == 0xFEFF ||
         code == 0xFFFD || code == 0xFFFE || code == 0xFFFF;
}

void AppendEscape(std::string& out, std::uint32_t code) {
  switch (code) {
    case '\n':
      out += "\\n";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\r':
      out += "\\r";
      return;
    default:
      break;
  }
  char escape[8];
  std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(code & 0xFFFFU));
  out += escape;
}

bool IsPlainAscii(char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; }

// One character that is not plain ASCII; gives back how many bytes it took.
std::size_t AppendCharacter(std::string& out, std::string_view text) {
  const Character character = Decode(text);
  if (character.code == '"' || character.code == '\\') out += '\\';
  if (NeedsEscape(character.code)) {
    AppendEscape(out, character.code);
  } else {
    out += text.substr(0, character.size);
  }
  return character.size;
}

// Between double quotes; also valid JSON.
void AppendQuoted(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const auto* const end = std::find_if_not(text.begin(), text.end(), IsPlainAscii);
    const auto plain = static_cast<std::size_t>(end - text.begin());
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (!text.empty()) text.remove_prefix(AppendCharacter(out, text));
  }
  out += '"';
}

// A string, whether it was quoted or not: quotes are how it was written, not what it means. Dates and numbers of base
// 60 are strings for Helm, to whom entries belong, and in quotes they are so for PyYAML too.
bool IsString(const Value& scalar) {
  const ScalarType type = scalar.quoted() ? ScalarType::kString : ResolveScalar(scalar.text());
  return type == ScalarType::kString || type == ScalarType::kTimestamp || scalar.text().find(':') != std::string::npos;
}

void AppendScalar(std::string& out, const Value& scalar) {
  if (IsString(scalar)) {
    AppendQuoted(out, scalar.text());
  } else {
    out += scalar.text();
  }
}

bool IsPlainKey(std::string_view key) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto inner = [&](char c) {
    return letter(c) || (c >= '0' && c <= '9') || std::string_view("_-./").find(c) != std::string_view::npos;
  };
  return !key.empty() && letter(key.front()) && std::all_of(key.begin(), key.end(), inner) &&
         ResolveScalar(key) == ScalarType::kString;
}

void AppendKey(std::string& out, std::string_view key, std::size_t indent) {
  constexpr std::size_t kLongest = 1000;  // a key before ':' ends within 1024 characters (YAML 1.1, 9.3.1)
  std::string written;
  if (IsPlainKey(key)) {
    written = key;
  } else {
    AppendQuoted(written, key);
  }
  if (written.size() > kLongest) {
    out += "? " + written + "\n" + std::string(indent, ' ') + ":";
  } else {
    out += written + ":";
  }
}

bool IsInline(const Value& value) {
  return value.is_null() || value.is_scalar() || (value.items().empty() && value.members().empty());
}

void AppendInline(std::string& out, const Value& value) {
  if (value.is_scalar()) {
    AppendScalar(out, value);
  } else {
    out += value.is_null() ? "null" : value.is_sequence() ? "[]" : "{}";
  }
}

// Writes `value`, of which the first line's indentation stands already.
void AppendBlock(std::string& out, const Value& value, std::size_t indent) {
  if (IsInline(value)) {
    AppendInline(out, value);
    out += '\n';
    return;
  }
  bool first = true;
  const auto start_line = [&] {
    if (!first) out.append(indent, ' ');
    first = false;
  };
  for (const Value& item : value.items()) {
    start_line();
    out += "- ";
    AppendBlock(out, item, indent + 2);
  }
  for (const Value::Member& member : value.members()) {
    start_line();
    AppendKey(out, member.key, indent);
    out += IsInline(member.value) ? " " : "\n" + std::string(indent + 2, ' ');
    AppendBlock(out, member.value, indent + 2);
  }
}

void AppendCanonical(std::string& out, const Value& value);

void AppendCanonicalMapping(std::string& out, const Value::Mapping& members) {
  std::vector<const Value::Member*> sorted;
  sorted.reserve(members.size());
  for (const Value::Member& member : members) sorted.push_back(&member);
  std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->key < b->key; });
  out += '{';
  for (const Value::Member* member : sorted) {
    if (member != sorted.front()) out += ',';
    AppendQuoted(out, member->key);
    out += ':';
    AppendCanonical(out, member->value);
  }
  out += '}';
}

void AppendCanonical(std::string& out, const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kNull:
      out += "null";
      return;
    case Value::Kind::kScalar:
      AppendScalar(out, value);
      return;
    case Value::Kind::kMapping:
      AppendCanonicalMapping(out, value.members());
      return;
    case Value::Kind::kSequence:
      break;
  }
  out += '[';
  for (const Value& item : value.items()) {
    if (&item != &value.items().front()) out += ',';
    AppendCanonical(out, item);
  }
  out += ']';
}

}  // namespace

std::string Emit(const Value& value) {
  std::string out;
  AppendBlock(out, value, 0);
  return out;
}

std::string Canonical(const Value& value) {
  std::string out;
  AppendCanonical(out, value);
  return out;
}

}  // namespace dagitops::yaml
