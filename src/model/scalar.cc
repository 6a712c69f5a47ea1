#include "dagitops/model/scalar.h"

#include <algorithm>
#include <array>
#include <string>

namespace dagitops {
namespace {

constexpr std::array<std::string_view, 5> kNulls{"", "~", "null", "Null", "NULL"};
constexpr std::array<std::string_view, 18> kBools{"yes",   "Yes",   "YES",   "no", "No", "NO", "true", "True", "TRUE",
                                                  "false", "False", "FALSE", "on", "On", "ON", "off",  "Off",  "OFF"};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool AllOf(std::string_view text, std::string_view allowed) {
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

template <std::size_t N>
bool IsOneOf(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

std::string_view WithoutSign(std::string_view text) {
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  return text;
}

// 12:30:45 and 190:20:30.15 are numbers of base 60.
bool IsBase60(std::string_view digits) {
  const std::size_t first = digits.find(':');
  if (first == std::string_view::npos || first == 0) return false;
  if (!AllOf(digits.substr(0, first), "0123456789_")) return false;
  std::string_view rest = digits.substr(first);
  while (!rest.empty() && rest.front() == ':') {
    std::size_t end = 1;
    while (end < rest.size() && IsDigit(rest[end])) ++end;
    if (end == 1 || end > 3 || (end == 3 && rest[1] > '5')) return false;
    rest.remove_prefix(end);
  }
  return rest.empty() || (rest.front() == '.' && (rest.size() == 1 || AllOf(rest.substr(1), "0123456789_")));
}

bool IsOddInteger(std::string_view digits) {
  if (digits.starts_with("0x") || digits.starts_with("0X")) return AllOf(digits.substr(2), "0123456789abcdefABCDEF_");
  if (digits.starts_with("0b")) return AllOf(digits.substr(2), "01_");
  if (digits.starts_with("0o")) return AllOf(digits.substr(2), "01234567_");  // YAML 1.2, which go-yaml reads too
  return (IsDigit(digits.empty() ? 'x' : digits.front()) && AllOf(digits, "0123456789_")) || IsBase60(digits);
}

// Digits with one dot and perhaps an exponent; PyYAML asks for the dot, go-yaml reads 1e3 as well.
bool IsFloat(std::string_view digits) {
  if (digits == ".inf" || digits == ".Inf" || digits == ".INF") return true;
  const std::size_t exponent = digits.find_first_of("eE");
  const std::string_view mantissa = digits.substr(0, exponent);
  if (exponent != std::string_view::npos && !AllOf(WithoutSign(digits.substr(exponent + 1)), "0123456789"))
    return false;
  if (!AllOf(mantissa, "0123456789_.") || std::none_of(mantissa.begin(), mantissa.end(), IsDigit)) return false;
  const auto dots = std::count(mantissa.begin(), mantissa.end(), '.');
  return dots == 1 || (dots == 0 && exponent != std::string_view::npos);
}

bool HasShape(std::string_view text, std::string_view shape) {
  if (text.size() != shape.size()) return false;
  return std::equal(text.begin(), text.end(), shape.begin(),
                    [](char c, char wanted) { return wanted == '0' ? IsDigit(c) : c == wanted; });
}

// 2001-12-14, or that date followed by a time of day.
bool IsTimestamp(std::string_view text) {
  if (HasShape(text, "0000-00-00")) return true;
  if (text.size() < 15 || !IsDigit(text[0]) || text[4] != '-') return false;
  const std::size_t time = text.find_first_of("Tt ");
  return time != std::string_view::npos && AllOf(text.substr(0, time), "0123456789-") &&
         AllOf(text.substr(time + 1), "0123456789:.Z+- ") && text.find(':', time) != std::string_view::npos;
}

}  // namespace

ScalarType ResolveScalar(std::string_view text) {
  if (IsOneOf(text, kNulls)) return ScalarType::kNull;
  if (IsOneOf(text, kBools)) return ScalarType::kBool;
  if (text == ".nan" || text == ".NaN" || text == ".NAN") return ScalarType::kFloat;
  const std::string_view digits = WithoutSign(text);
  if (digits.empty() || (!IsDigit(digits.front()) && digits.front() != '.')) return ScalarType::kString;
  const bool plain =
      AllOf(digits, "0123456789") && (digits.size() == 1 || digits.front() != '0') && text.front() != '+';
  if (plain) return ScalarType::kInteger;
  if (IsTimestamp(text)) return ScalarType::kTimestamp;
  if (IsOddInteger(digits)) return ScalarType::kOddInteger;
  return IsFloat(digits) ? ScalarType::kFloat : ScalarType::kString;
}

std::string_view Describe(ScalarType type) {
  switch (type) {
    case ScalarType::kString:
      return "a string";
    case ScalarType::kNull:
      return "null";
    case ScalarType::kBool:
      return "a boolean";
    case ScalarType::kInteger:
      return "an integer";
    case ScalarType::kOddInteger:
      return "an integer in an unusual notation";
    case ScalarType::kFloat:
      return "a floating-point number";
    case ScalarType::kTimestamp:
      return "a date";
  }
  return "a scalar";
}

}  // namespace dagitops
