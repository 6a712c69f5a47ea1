#pragma once

#include <string>

#include "dagitops/model/value.h"

namespace dagitops::yaml {

// The value as a block-style YAML document: two spaces a level, keys in the order they have, strings (dates and
// 12:30 too, as Helm has it) always in double quotes with JSON's escapes, other scalars as they were written, `- ` two
// spaces in from its key. Bytes that are not UTF-8 become U+FFFD. The same value gives the same bytes, always.
std::string Emit(const Value& value);

// The value as compact JSON with keys sorted: what digests are made of. Strings are quoted however they were written;
// other scalars are bare and in their own words (012, no, .inf: not always JSON), so that 1 and "1" never look alike.
std::string Canonical(const Value& value);

}  // namespace dagitops::yaml
