#include "store/value_json.h"

#include <string>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace dagitops {
namespace {

namespace json = boost::json;

json::value MapToJson(const Value& value) {
  json::object members;
  for (const Value::Member& member : value.members()) members.emplace(member.key, ValueToJson(member.value));
  return json::object{{"map", std::move(members)}};
}

std::optional<Value> ListFromJson(const json::array& array) {
  Value::Sequence items;
  for (const json::value& element : array) {
    auto item = ValueFromJson(element);
    if (!item) return std::nullopt;
    items.push_back(std::move(*item));
  }
  return Value::List(std::move(items));
}

std::optional<Value> MapFromJson(const json::object& object) {
  Value::Mapping members;
  for (const auto& [key, element] : object) {
    auto value = ValueFromJson(element);
    if (!value) return std::nullopt;
    members.push_back({.key = std::string(key), .mark = {}, .value = std::move(*value)});
  }
  return Value::Map(std::move(members));
}

// {"plain": text} or {"map": object}.
std::optional<Value> TaggedFromJson(const json::object& object) {
  if (object.size() != 1) return std::nullopt;
  const auto& [tag, content] = *object.begin();
  if (tag == "plain" && content.is_string()) return Value::Scalar(std::string(content.get_string()), false);
  return tag == "map" && content.is_object() ? MapFromJson(content.get_object()) : std::nullopt;
}

}  // namespace

json::value ValueToJson(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kNull:
      return nullptr;
    case Value::Kind::kScalar:
      if (value.quoted()) return json::value(value.text());
      return json::object{{"plain", value.text()}};
    case Value::Kind::kMapping:
      return MapToJson(value);
    case Value::Kind::kSequence:
      break;
  }
  json::array items;
  for (const Value& item : value.items()) items.push_back(ValueToJson(item));
  return items;
}

std::optional<Value> ValueFromJson(const json::value& json) {
  if (json.is_null()) return Value::Null();
  if (json.is_string()) return Value::String(std::string(json.get_string()));
  if (json.is_array()) return ListFromJson(json.get_array());
  return json.is_object() ? TaggedFromJson(json.get_object()) : std::nullopt;
}

}  // namespace dagitops
