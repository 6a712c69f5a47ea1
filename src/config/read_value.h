#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "dagitops/model/value.h"

namespace dagitops::config {

// What a setting may hold.
enum class Kind {
  kText,      // any text
  kPath,      // an absolute path
  kProgram,   // an absolute path, or a name that PATH finds
  kPrefix,    // "/dagster": a part of a URL's path
  kAddress,   // "127.0.0.1:8585", "[::1]:8585"; ":8585": on all addresses of the machine
  kDuration,  // "90s", "1h30m"; a number of milliseconds when read
  kBytes,     // "10MiB", or a plain number of bytes
  kInteger,
  kBoolean,
  kChoice,  // one of `choices`
  kLabel,   // a name as Kubernetes has that of a namespace: DNS-1123 label
  kName,    // as it has that of a ConfigMap: DNS-1123 subdomain
  kNames,   // a list of names as Kubernetes has them: lower case letters, digits, `-` and `.`
};

// Bounds of one setting. min and max count milliseconds, bytes or units.
struct Rule {
  Kind kind = Kind::kText;
  long long min = 0;
  long long max = 0;
  std::vector<std::string> choices;  // kChoice
};

// A value that kept to its rule, in the form its kind asks for.
struct Reading {
  std::string text;
  long long number = 0;
  bool truth = false;
  std::vector<std::string> names = {};
};

// What was found instead, what was expected, what to do.
struct Complaint {
  std::string found;
  std::string expected;
  std::string fix;
};

std::variant<Reading, Complaint> ReadValue(const Value& value, const Rule& rule);

// "a duration from 1s to 24h": a rule in words.
std::string DescribeRule(const Rule& rule);

// 1048576 -> "1MiB": the shortest form that reads back to the same number.
std::string FormatBytes(long long bytes);

}  // namespace dagitops::config
