#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dagitops/base/diagnostic.h"

namespace dagitops::testing {

// "fault bad-name locations/a.yaml:3:7 (a)" of each: what a table of bad input states. Checks on the way that none
// lacks a text that its reader needs.
inline std::vector<std::string> Lines(const Diagnostics& diagnostics) {
  std::vector<std::string> lines;
  for (const Diagnostic& d : diagnostics) {
    const std::string severity = d.severity == Severity::kFault ? "fault " : "warning ";
    const std::string location = d.location.empty() ? "" : " (" + d.location + ")";
    lines.push_back(severity + d.code + " " + d.position.Text() + location);
    EXPECT_FALSE(d.found.empty() || d.expected.empty() || d.fix.empty()) << d.Text();
  }
  return lines;
}

}  // namespace dagitops::testing
