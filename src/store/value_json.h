#pragma once

#include <optional>

#include <boost/json/value.hpp>

#include "dagitops/model/value.h"

namespace dagitops {

// A YAML value as JSON, nothing lost but the marks: null; a quoted scalar is a text; an unquoted one {"plain": "1.10"};
// a sequence is an array; a mapping {"map": {...}}, its members in order. Pure.
boost::json::value ValueToJson(const Value& value);
std::optional<Value> ValueFromJson(const boost::json::value& json);  // nullopt for anything else

}  // namespace dagitops
