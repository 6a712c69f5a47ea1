#include "schema/json_value.h"

#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "dagitops/base/text.h"
#include "dagitops/model/scalar.h"
#include "dagitops/schema/helm_integer.h"

namespace dagitops::schema {
namespace {

// Whole numbers are integers whatever way they are written: JSON knows no difference between 3030 and 3030.0.
boost::json::value FromDouble(double number) {
  constexpr double kLimit = 9.2e18;
  if (std::abs(number) < kLimit && number == std::trunc(number)) return static_cast<std::int64_t>(number);
  return number;
}

boost::json::value ParseInteger(std::string_view digits, int base, bool negative) {
  const std::string text = (negative ? "-" : "") + std::string(digits);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error == std::errc() && end == text.data() + text.size()) return number;
  return FromDouble(std::strtod(std::string(digits).c_str(), nullptr) * (negative ? -1 : 1));
}

// 012, 0x1F, 0b11, 0o14, 1_000, +5.
boost::json::value FromOddInteger(std::string_view text) {
  std::string digits(text);
  std::erase(digits, '_');
  const bool negative = digits.starts_with('-');
  if (negative || digits.starts_with('+')) digits.erase(0, 1);
  if (digits.starts_with("0x") || digits.starts_with("0X")) return ParseInteger(digits.substr(2), 16, negative);
  if (digits.starts_with("0b") || digits.starts_with("0B")) return ParseInteger(digits.substr(2), 2, negative);
  if (digits.starts_with("0o") || digits.starts_with("0O")) return ParseInteger(digits.substr(2), 8, negative);
  const bool octal = digits.size() > 1 && digits.front() == '0' && digits.find_first_of("89.") == std::string::npos;
  return ParseInteger(digits, octal ? 8 : 10, negative);
}

boost::json::value FromFloat(std::string_view text) {
  std::string digits(text);
  std::erase(digits, '_');
  const std::size_t sign = digits.starts_with('-') || digits.starts_with('+') ? 1 : 0;
  if (digits.size() > sign + 1 && digits[sign] == '.' &&
      std::isalpha(static_cast<unsigned char>(digits[sign + 1])) != 0) {
    return std::numeric_limits<double>::max();  // .inf and .nan
  }
  return FromDouble(std::strtod(digits.c_str(), nullptr));
}

bool IsTrue(std::string_view text) {
  return text.starts_with('y') || text.starts_with('Y') || text.starts_with('t') || text.starts_with('T') ||
         text == "on" || text == "On" || text == "ON";
}

boost::json::value Text(std::string_view text) { return boost::json::value(Shorten(text, kLongestText)); }

boost::json::value FromScalar(const Value& value) {
  const std::string& text = value.text();
  const bool base60 = text.find(':') != std::string::npos;  // 12:30 is a number for PyYAML alone
  if (value.quoted() || base60 || text.size() > kLongestText) return Text(text);
  switch (ResolveScalar(text)) {
    case ScalarType::kNull:
      return nullptr;
    case ScalarType::kBool:
      return IsTrue(text);
    case ScalarType::kInteger:
      return ParseInteger(text.starts_with('-') ? std::string_view(text).substr(1) : text, 10, text.starts_with('-'));
    case ScalarType::kOddInteger:
      return FromOddInteger(text);
    case ScalarType::kFloat:
      return FromFloat(text);
    case ScalarType::kString:
    case ScalarType::kTimestamp:
      break;
  }
  return boost::json::value(text);
}

}  // namespace

boost::json::value ToJson(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kNull:
      return nullptr;
    case Value::Kind::kScalar:
      return FromScalar(value);
    case Value::Kind::kSequence: {
      boost::json::array items;
      items.reserve(value.items().size());
      for (const Value& item : value.items()) items.push_back(ToJson(item));
      return items;
    }
    case Value::Kind::kMapping:
      break;
  }
  boost::json::object members;
  members.reserve(value.members().size());
  for (const Value::Member& member : value.members()) members.emplace(member.key, ToJson(member.value));
  return members;
}

std::optional<long long> HelmInteger(const Value& value) {
  if (!value.is_scalar()) return std::nullopt;
  const boost::json::value json = FromScalar(value);
  return json.is_int64() ? std::optional<long long>(json.get_int64()) : std::nullopt;
}

}  // namespace dagitops::schema
