#pragma once

#include <cstddef>

#include <boost/json/value.hpp>

#include "dagitops/model/value.h"

namespace dagitops::schema {

// Texts are cut after so many bytes: no rule of a schema looks further, and std::regex, by which patterns are judged,
// needs stack for every character.
inline constexpr std::size_t kLongestText = 256;

// The JSON that Helm makes of a YAML value. Source: run with sigs.k8s.io/yaml v1.4.0; the table is in
// json_value_test.cc. What Helm refuses (.inf, .nan) becomes a number that is no integer.
boost::json::value ToJson(const Value& value);

}  // namespace dagitops::schema
