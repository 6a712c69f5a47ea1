#pragma once

#include <string>
#include <string_view>

namespace dagitops {

// Without ANSI escape sequences: Dagster colours its log whatever it is written to (dagster 1.13.27, run).
std::string WithoutColours(std::string_view text);

// Why the process that wrote this log ended, in one line, redacted: the exception that broke the loading of the code
// with its place below `code_folder`, else the last line that says something. Empty when the log says nothing.
// Dagster wraps exceptions of user code in its own, which only say that there was one (dagster 1.13.27,
// _core/errors.py: DagsterUserCodeLoadError, DagsterImportError); the wrapped one is meant.
std::string LogReason(std::string_view log, const std::string& code_folder);

}  // namespace dagitops
