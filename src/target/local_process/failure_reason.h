#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dagitops/process/process_host.h"

namespace dagitops::local_process {

// The first line of what one start writes to its log; what lies before it belongs to an earlier one.
inline constexpr std::string_view kLogHeader = "=== dagitops: ";

// Without ANSI escape sequences: Dagster colours its log whatever it is written to (dagster 1.13.27, run).
std::string WithoutColours(std::string_view text);

// Why the process behind this log ended, in one line, redacted: the exception that broke the loading of the code with
// its place below `code_folder`, else the last line that says something. Empty when the log says nothing.
// Dagster wraps exceptions of user code in its own, which only say that there was one (dagster 1.13.27,
// _core/errors.py: DagsterUserCodeLoadError, DagsterImportError); the wrapped one is meant.
std::string FailureReason(std::string_view log, const std::string& code_folder);

// "ended with exit code 1", "was ended by signal 9 (Killed)", "has ended".
std::string Describe(const std::optional<ProcessExit>& exit);

// That, and what it said last. A code server does not end with exit code 0 on its own account, so what it said last
// explains nothing then: most often the code it loads calls exit.
std::string WhyServerEnded(const std::optional<ProcessExit>& exit, const std::string& said);

// The port in the log of a webserver that could not bind it; nullopt when it ended for another reason.
std::optional<int> PortTaken(std::string_view log);

}  // namespace dagitops::local_process
