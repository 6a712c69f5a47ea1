#pragma once

#include <string>

#include "dagitops/model/value.h"

namespace dagitops::import {

// The value as YAML for people: plain strings stay plain where nothing can take them for something else, quoted ones
// stay quoted, texts of several lines become literal blocks. yaml::Parse reads it back to the same value, except that a
// string that had to be quoted is quoted then.
std::string ReadableYaml(const Value& value);

}  // namespace dagitops::import
