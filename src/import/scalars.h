#pragma once

#include <optional>
#include <string>

#include "dagitops/model/value.h"

namespace dagitops::import {

// The text of a scalar that YAML 1.1 reads as a string.
std::optional<std::string> AsString(const Value* value);
// The number of an unquoted decimal integer.
std::optional<int> AsInteger(const Value* value);
std::optional<bool> AsBool(const Value* value);

// The value in a few words, for messages: `"x"`, `4000 (an integer)`, `a mapping`.
std::string Show(const Value* value);

}  // namespace dagitops::import
