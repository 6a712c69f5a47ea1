#include "import/readable_yaml.h"

#include <algorithm>

#include "dagitops/model/scalar.h"
#include "dagitops/yaml/emit.h"

namespace dagitops::import {
namespace {

constexpr std::size_t kLongestKey = 1000;  // a key before ':' ends within 1024 characters (YAML 1.1, 9.3.1)

bool IsPrintable(char c) { return c >= 0x20 && c < 0x7f; }

// Between double quotes.
std::string QuotedText(const std::string& text) {
  std::string quoted = yaml::Emit(Value::String(text));
  quoted.pop_back();  // the line's end
  return quoted;
}

// A string that reads as itself without quotes, as a value or a key in block style.
bool IsPlain(std::string_view text) {
  if (text.empty() || ResolveScalar(text) != ScalarType::kString || text == "=" || text == "<<") return false;
  if (!std::all_of(text.begin(), text.end(), IsPrintable) || text.front() == ' ' || text.back() == ' ') return false;
  if (std::string_view("?:,[]{}#&*!|>'\"%@`").find(text.front()) != std::string_view::npos) return false;
  if (text.front() == '-' && (text.size() == 1 || text[1] == ' ' || text.starts_with("---"))) return false;
  return text.find(": ") == std::string_view::npos && text.find(" #") == std::string_view::npos && text.back() != ':' &&
         !text.starts_with("...");
}

// Several lines that a literal block gives back byte by byte.
bool IsLiteral(std::string_view text) {
  const bool lines = text.find('\n') != std::string_view::npos;
  const auto allowed = [](char c) { return IsPrintable(c) || c == '\n' || c == '\t'; };
  return lines && std::all_of(text.begin(), text.end(), allowed) &&
         text.find_first_not_of(" \t\n") != std::string_view::npos && text.find(" \n") == std::string_view::npos &&
         text.find("\t\n") == std::string_view::npos && text.front() != '\n' && text.front() != ' ' &&
         text.front() != '\t' && text.back() != ' ' && text.back() != '\t';
}

void AppendLiteral(std::string& out, std::string_view text, std::size_t indent) {
  out += '|';
  if (!text.ends_with('\n')) out += '-';
  if (text.ends_with("\n\n")) out += '+';
  bool at_start = true;
  out += '\n';
  for (const char c : text) {
    if (at_start && c != '\n') out.append(indent, ' ');
    out += c;
    at_start = c == '\n';
  }
  if (!at_start) out += '\n';
}

void AppendScalar(std::string& out, const Value& value, std::size_t indent) {
  const std::string& text = value.text();
  if (IsLiteral(text)) {
    AppendLiteral(out, text, std::max<std::size_t>(indent, 2));
    return;
  }
  const bool number = !value.quoted() && ResolveScalar(text) != ScalarType::kString;
  const bool bare = number || (!value.quoted() && IsPlain(text));
  out += (bare ? text : QuotedText(text)) + "\n";
}

void AppendKey(std::string& out, const std::string& key, std::size_t indent) {
  const std::string written = IsPlain(key) ? key : QuotedText(key);
  if (written.size() > kLongestKey) {
    out += "? " + written + "\n" + std::string(indent, ' ') + ":";
  } else {
    out += written + ":";
  }
}

// Writes `value`, of which the first line's indentation stands already.
void AppendBlock(std::string& out, const Value& value, std::size_t indent) {
  if (value.is_scalar()) return AppendScalar(out, value, indent);
  if (value.items().empty() && value.members().empty()) {
    out += value.is_null() ? "null\n" : value.is_sequence() ? "[]\n" : "{}\n";
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
    const bool block = !member.value.items().empty() || !member.value.members().empty();
    out += block ? "\n" + std::string(indent + 2, ' ') : " ";
    AppendBlock(out, member.value, indent + 2);
  }
}

}  // namespace

std::string ReadableYaml(const Value& value) {
  std::string out;
  AppendBlock(out, value, 0);
  return out;
}

}  // namespace dagitops::import
