#pragma once

#include <string>

namespace dagitops::cli {

// What each exit code means, a line each, for the end of a help text. docs/commands.md says the same with more words.
std::string ExitCodesHelp();

}  // namespace dagitops::cli
