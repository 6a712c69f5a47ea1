#pragma once

#include <optional>
#include <string_view>

namespace dagitops {

// What an unquoted scalar means under YAML 1.1, which Helm (go-yaml) and Dagster (PyYAML) both apply:
// `no` is a boolean, `012` is 10, `1.10` is a float. Source: PyYAML 6.0 and sigs.k8s.io/yaml v1.4.0, both run over
// tests/unit/model/scalars.tsv; where only one of the two reads a string, the other one's type is the answer.
enum class ScalarType {
  kString,
  kNull,        // "", ~, null, Null, NULL
  kBool,        // yes, no, on, off, true, false in three spellings; y, Y, n, N too: strings for PyYAML, not for Helm
  kInteger,     // at most 18 decimal digits without leading zero: the only integers that read the same everywhere
  kOddInteger,  // longer, octal, hexadecimal, binary, base 60, underscores: an integer, but rarely the one meant
  kFloat,       // also exponents, .inf and .nan
  kTimestamp,   // PyYAML makes a date of it, Helm a string
};

ScalarType ResolveScalar(std::string_view plain_text);

// The number of an unquoted scalar that is plain decimal digits and fits: the one notation that every reader of YAML
// takes for the same number. nullopt for all others: 4_000, 0x10, 010, +5, 1e3, 3030.0.
std::optional<int> PlainInteger(std::string_view plain_text);

// "a boolean", "a number with a fraction": for messages.
std::string_view Describe(ScalarType type);

}  // namespace dagitops
