#pragma once

#include <string>

#include "dagitops/model/value.h"

namespace dagitops::yaml {

// The value as a block-style YAML document: two spaces a level, keys in the order they have, strings always in double
// quotes with JSON's escapes, other scalars as they were written. The same value gives the same bytes, always.
std::string Emit(const Value& value);

// The value as compact JSON with keys sorted: what digests are made of. Unquoted scalars appear as their text, tagged
// apart from strings, so that 1 and "1" never look alike.
std::string Canonical(const Value& value);

}  // namespace dagitops::yaml
