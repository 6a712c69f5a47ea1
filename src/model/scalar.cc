#include "dagitops/model/scalar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

namespace dagitops {
namespace {

constexpr std::array<std::string_view, 5> kNulls{"", "~", "null", "Null", "NULL"};
constexpr std::array<std::string_view, 22> kBools{"y",  "Y",   "yes",  "Yes",  "YES",   "n",     "N",  "no",
                                                  "No", "NO",  "true", "True", "TRUE",  "false", "on", "On",
                                                  "ON", "off", "Off",  "OFF",  "False", "FALSE"};
constexpr std::array<std::string_view, 12> kOddFloats{".nan",  ".NaN",  ".NAN",  ".inf",  ".Inf",  ".INF",
                                                      "-.inf", "-.Inf", "-.INF", "+.inf", "+.Inf", "+.INF"};
constexpr std::size_t kSafeDigits = 18;  // more do not fit into 64 bits for sure, and Helm makes a float of them

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

// 12:30:45 is a number of base 60 for PyYAML, 190:20:30.15 one with a fraction.
ScalarType Base60(std::string_view digits) {
  const std::size_t first = digits.find(':');
  if (first == std::string_view::npos || !IsDigit(digits.front())) return ScalarType::kString;
  if (!AllOf(digits.substr(0, first), "0123456789_")) return ScalarType::kString;
  std::string_view rest = digits.substr(first);
  while (!rest.empty() && rest.front() == ':') {
    std::size_t end = 1;
    while (end < rest.size() && IsDigit(rest[end])) ++end;
    if (end == 1 || end > 3 || (end == 3 && rest[1] > '5')) return ScalarType::kString;
    rest.remove_prefix(end);
  }
  if (rest.empty()) return digits.front() == '0' ? ScalarType::kString : ScalarType::kOddInteger;
  const bool fraction = rest.front() == '.' && (rest.size() == 1 || AllOf(rest.substr(1), "0123456789_"));
  return fraction ? ScalarType::kFloat : ScalarType::kString;
}

// 0x1F, 0b11 and, for go-yaml alone, 0o17 and all of these with a capital letter.
bool HasBase(std::string_view digits) {
  if (digits.size() < 2 || digits.front() != '0') return false;
  const std::string_view rest = digits.substr(2);
  switch (digits[1]) {
    case 'x':
    case 'X':
      return AllOf(rest, "0123456789abcdefABCDEF");
    case 'b':
    case 'B':
      return AllOf(rest, "01");
    case 'o':
    case 'O':
      return AllOf(rest, "01234567");
    default:
      return false;
  }
}

// Digits with a dot or an exponent; PyYAML asks for the dot, go-yaml reads 1e3 as well.
bool IsFloat(std::string_view digits) {
  const std::size_t exponent = digits.find_first_of("eE");
  const std::string_view mantissa = digits.substr(0, exponent);
  if (exponent != std::string_view::npos && !AllOf(WithoutSign(digits.substr(exponent + 1)), "0123456789"))
    return false;
  return AllOf(mantissa, "0123456789.") && std::any_of(mantissa.begin(), mantissa.end(), IsDigit) &&
         std::count(mantissa.begin(), mantissa.end(), '.') <= 1;
}

ScalarType ResolveNumber(std::string_view text) {
  const std::string_view unsigned_text = WithoutSign(text);
  if (unsigned_text.empty()) return ScalarType::kString;
  const bool dot = unsigned_text.size() > 1 && unsigned_text[0] == '.' && IsDigit(unsigned_text[1]);
  const bool sign = unsigned_text.size() < text.size();
  if (!sign && !dot && !IsDigit(unsigned_text.front())) return ScalarType::kString;
  if (const ScalarType type = Base60(unsigned_text); type != ScalarType::kString) return type;
  std::string digits(unsigned_text);
  std::erase(digits, '_');  // both allow them nearly everywhere
  if (HasBase(digits)) return ScalarType::kOddInteger;
  if (!AllOf(digits, "0123456789")) return IsFloat(digits) ? ScalarType::kFloat : ScalarType::kString;
  const bool plain = digits.size() == unsigned_text.size() && text.front() != '+' && digits.size() <= kSafeDigits &&
                     (digits.size() == 1 || digits.front() != '0');
  return plain ? ScalarType::kInteger : ScalarType::kOddInteger;
}

// Takes `least` to `most` digits from the front of `text`; false when there are fewer.
bool TakeDigits(std::string_view& text, std::size_t least, std::size_t most) {
  std::size_t count = 0;
  while (count < most && count < text.size() && IsDigit(text[count])) ++count;
  text.remove_prefix(count);
  return count >= least;
}

bool Take(std::string_view& text, char wanted) {
  if (!text.starts_with(wanted)) return false;
  text.remove_prefix(1);
  return true;
}

void TakeBlanks(std::string_view& text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
}

// "Z", "+1", "-05:30" or nothing, up to the end.
bool IsZone(std::string_view text) {
  TakeBlanks(text);
  if (text.empty() || text == "Z") return true;
  if (!Take(text, '+') && !Take(text, '-')) return false;
  return TakeDigits(text, 1, 2) && (text.empty() || (Take(text, ':') && TakeDigits(text, 2, 2) && text.empty()));
}

// 2001-12-14, or such a date (here 2001-1-4 is one too) followed by a time of day: PyYAML 6.0, resolver.py.
bool IsTimestamp(std::string_view text) {
  const bool long_form = text.size() == 10;
  if (!TakeDigits(text, 4, 4) || !Take(text, '-') || !TakeDigits(text, 1, 2)) return false;
  if (!Take(text, '-') || !TakeDigits(text, 1, 2)) return false;
  if (text.empty()) return long_form;
  const std::size_t before = text.size();
  if (!Take(text, 'T') && !Take(text, 't')) TakeBlanks(text);
  if (text.size() == before) return false;
  if (!TakeDigits(text, 1, 2) || !Take(text, ':') || !TakeDigits(text, 2, 2)) return false;
  if (!Take(text, ':') || !TakeDigits(text, 2, 2)) return false;
  if (Take(text, '.')) TakeDigits(text, 0, text.size());
  return IsZone(text);
}

}  // namespace

ScalarType ResolveScalar(std::string_view text) {
  // Nearly all scalars are words that start like nothing but a string; ten thousand files hold half a million.
  constexpr std::string_view kFirst = "nNyYtTfFoO~.+-0123456789";
  if (!text.empty() && kFirst.find(text.front()) == std::string_view::npos) return ScalarType::kString;
  if (IsOneOf(text, kNulls)) return ScalarType::kNull;
  if (IsOneOf(text, kBools)) return ScalarType::kBool;
  if (IsOneOf(text, kOddFloats)) return ScalarType::kFloat;
  return IsTimestamp(text) ? ScalarType::kTimestamp : ResolveNumber(text);
}

std::optional<int> PlainInteger(std::string_view text) {
  if (ResolveScalar(text) != ScalarType::kInteger) return std::nullopt;
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
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
