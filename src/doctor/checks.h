#pragma once

#include <string>
#include <utility>
#include <vector>

#include "dagitops/base/result.h"
#include "dagitops/doctor/check.h"

namespace dagitops::doctor {

inline Check Fine(std::string code, std::string where, std::string found) {
  return {Level::kOk, std::move(code), std::move(where), std::move(found), "", {}};
}

inline Check NotLookedAt(std::string code, std::string where, std::string why) {
  return {Level::kNotLookedAt, std::move(code), std::move(where), std::move(why), "", {}};
}

// A failure of an adapter, which knows its code and what to do. `fix` goes before its hint.
inline Check Failed(const Error& error, std::string where, std::string expected, std::vector<std::string> fix = {}) {
  if (fix.empty() && !error.hint.empty()) fix = {error.hint};
  return {Level::kError, error.code, std::move(where), error.message, std::move(expected), std::move(fix)};
}

}  // namespace dagitops::doctor
