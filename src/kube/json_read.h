#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

namespace dagitops::kube {

// Reading foreign JSON without exceptions: what is absent or of another kind reads as nothing.

// nullopt when `text` is no JSON object, or nests deeper than 200.
std::optional<boost::json::value> ParseObject(std::string_view text);

// The member of an object; nullptr when `value` is none or lacks it.
const boost::json::value* Member(const boost::json::value* value, std::string_view key);

std::string Text(const boost::json::value* object, std::string_view key);  // "" when it is no string
int Number(const boost::json::value* object, std::string_view key);        // 0 when it is no number that fits

}  // namespace dagitops::kube
