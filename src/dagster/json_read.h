#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

namespace dagitops::json_read {

// Reading foreign JSON without exceptions: what is absent or of another kind reads as nothing.

// nullopt when `text` is no JSON, or nests deeper than 200 (a chain of Python errors is the deepest that is real).
std::optional<boost::json::value> Parse(std::string_view text);

// The member of an object; nullptr when `value` is none or lacks it.
const boost::json::value* Member(const boost::json::value& value, std::string_view key);
// Members one below the other: At(answer, {"data", "workspaceOrError"}).
const boost::json::value* At(const boost::json::value& value, std::initializer_list<std::string_view> path);

std::string Text(const boost::json::value& object, std::string_view key);  // "" when it is no string

}  // namespace dagitops::json_read
