#include "kube/json_read.h"

#include <boost/json/parse.hpp>

namespace dagitops::kube {

std::optional<boost::json::value> ParseObject(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = 200;
  boost::json::error_code error;
  boost::json::value value = boost::json::parse(text, error, {}, options);
  return error || !value.is_object() ? std::nullopt : std::optional(std::move(value));
}

const boost::json::value* Member(const boost::json::value* value, std::string_view key) {
  return value != nullptr && value->is_object() ? value->get_object().if_contains(key) : nullptr;
}

std::string Text(const boost::json::value* object, std::string_view key) {
  const boost::json::value* member = Member(object, key);
  return member != nullptr && member->is_string() ? std::string(member->get_string()) : std::string();
}

int Number(const boost::json::value* object, std::string_view key) {
  const boost::json::value* member = Member(object, key);
  boost::json::error_code error;
  const int number = member != nullptr && member->is_number() ? member->to_number<int>(error) : 0;
  return error ? 0 : number;
}

}  // namespace dagitops::kube
