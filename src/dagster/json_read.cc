#include "dagster/json_read.h"

#include <boost/json/parse.hpp>

namespace dagitops::json_read {

std::optional<boost::json::value> Parse(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = 200;
  boost::json::error_code error;
  boost::json::value value = boost::json::parse(text, error, {}, options);
  return error ? std::nullopt : std::optional(std::move(value));
}

const boost::json::value* Member(const boost::json::value& value, std::string_view key) {
  return value.is_object() ? value.get_object().if_contains(key) : nullptr;
}

const boost::json::value* At(const boost::json::value& value, std::initializer_list<std::string_view> path) {
  const boost::json::value* at = &value;
  for (const std::string_view key : path) {
    if (at != nullptr) at = Member(*at, key);
  }
  return at;
}

std::string Text(const boost::json::value& object, std::string_view key) {
  const boost::json::value* member = Member(object, key);
  return member != nullptr && member->is_string() ? std::string(member->get_string()) : std::string();
}

}  // namespace dagitops::json_read
