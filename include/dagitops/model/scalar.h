#pragma once

#include <string_view>

namespace dagitops {

// What an unquoted scalar means under YAML 1.1, which Helm (go-yaml) and Dagster (PyYAML) both apply:
// `no` is a boolean, `012` is 10, `1.10` is a float. Source: yaml.org/type (1.1 tag repository), PyYAML 6.0
// resolver.py, sigs.k8s.io/yaml v1.4.
enum class ScalarType {
  kString,
  kNull,        // "", ~, null, Null, NULL
  kBool,        // y/n are strings for both libraries; yes, no, on, off, true, false in three spellings are booleans
  kInteger,     // decimal without leading zero: the only integer form that reads the same everywhere
  kOddInteger,  // octal, hexadecimal, binary, base 60, underscores: an integer, but rarely the one meant
  kFloat,       // also exponents, .inf and .nan
  kTimestamp,   // PyYAML makes a date of it, Helm a string
};

ScalarType ResolveScalar(std::string_view plain_text);

// "a boolean", "a number with a fraction": for messages.
std::string_view Describe(ScalarType type);

}  // namespace dagitops
