#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace dagitops::support {

// Compares a text with the file tests/golden/<path> and shows the first line that differs. With DAGITOPS_ACCEPT=1 in
// the environment the file is written instead, and the test passes: look at `git diff` then.
::testing::AssertionResult MatchesGolden(const std::string& path, const std::string& actual);

// The files of `folder` below tests/golden/<path> that no MatchesGolden of this process asked for: leftovers of a case
// that gives other files now. Accepting removes them.
::testing::AssertionResult NoOtherGoldens(const std::string& path);

// Path below `folder` -> text of every file there; `folder` is a path of the project.
std::map<std::string, std::string> ReadFolder(const std::string& folder);

}  // namespace dagitops::support
