#include "schema/accept.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "dagitops/base/text.h"
#include "dagitops/model/scalar.h"

#include "schema/json_value.h"

namespace dagitops::schema {
namespace {

const unsigned kString = TypeBit("string");
const unsigned kInteger = TypeBit("integer") | TypeBit("number");
const unsigned kBoolean = TypeBit("boolean");
const unsigned kObject = TypeBit("object");
const unsigned kArray = TypeBit("array");
const unsigned kNull = TypeBit("null");

bool Asks(const Shape& shape, unsigned types) { return (shape.kinds & types) != 0; }

std::optional<double> Number(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool IsWord(const Shape& shape, const std::string& json) {
  return shape.words.empty() || std::find(shape.words.begin(), shape.words.end(), json) != shape.words.end();
}

bool AcceptsText(const Shape& shape, const std::string& text) {
  if (!Asks(shape, kString) || (shape.not_empty && text.empty())) return false;
  if (shape.pattern && (text.size() > kLongestText || !std::regex_search(text, *shape.pattern))) return false;
  return shape.words.empty() || IsWord(shape, Quoted(text));
}

bool AcceptsInteger(const Shape& shape, const std::string& text) {
  constexpr std::size_t kExact = 15;  // digits that a double holds
  if (text.size() > kExact || !Asks(shape, kInteger)) return false;
  const std::optional<double> number = Number(text);
  if (!number || !IsWord(shape, text)) return false;
  return (shape.minimum.empty() || *number >= Number(shape.minimum)) &&
         (shape.maximum.empty() || *number <= Number(shape.maximum));
}

// Numbers in odd forms and dates are left to the validator.
bool AcceptsScalar(const Shape& shape, const Value& value) {
  const std::string& text = value.text();
  switch (value.quoted() ? ScalarType::kString : ResolveScalar(text)) {
    case ScalarType::kString:
      return AcceptsText(shape, text);
    case ScalarType::kInteger:
      return AcceptsInteger(shape, text);
    case ScalarType::kBool:
      return Asks(shape, kBoolean) && shape.words.empty();
    default:
      return false;
  }
}

bool AcceptsMember(const Shape& shape, const Value::Member& member) {
  const auto property = shape.properties.find(member.key);
  if (property != shape.properties.end()) {
    return property->second == nullptr || IsPlainlyValid(*property->second, member.value);
  }
  if (shape.closed) return false;
  return shape.additional == nullptr || IsPlainlyValid(*shape.additional, member.value);
}

bool AcceptsMapping(const Shape& shape, const Value& value) {
  const auto there = [&](const std::string& key) { return value.Find(key) != nullptr; };
  return Asks(shape, kObject) && std::all_of(shape.required.begin(), shape.required.end(), there) &&
         std::all_of(value.members().begin(), value.members().end(),
                     [&](const Value::Member& member) { return AcceptsMember(shape, member); });
}

bool AcceptsList(const Shape& shape, const Value& value) {
  return Asks(shape, kArray) &&
         (shape.items == nullptr || std::all_of(value.items().begin(), value.items().end(),
                                                [&](const Value& item) { return IsPlainlyValid(*shape.items, item); }));
}

}  // namespace

bool IsPlainlyValid(const Shape& shape, const Value& value) {
  if (shape.more) return false;
  switch (value.kind()) {
    case Value::Kind::kNull:
      return Asks(shape, kNull) && shape.words.empty();
    case Value::Kind::kScalar:
      return AcceptsScalar(shape, value);
    case Value::Kind::kSequence:
      return shape.words.empty() && AcceptsList(shape, value);
    case Value::Kind::kMapping:
      break;
  }
  return shape.words.empty() && AcceptsMapping(shape, value);
}

}  // namespace dagitops::schema
