#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dagitops/process/process_host.h"

namespace dagitops::local_process {

// The first line of what one start writes to its log; what lies before it belongs to an earlier one.
inline constexpr std::string_view kLogHeader = "=== dagitops: ";

// LogReason of what the newest start wrote.
std::string FailureReason(std::string_view log, const std::string& code_folder);

// "ended with exit code 1", "was ended by signal 9 (Killed)", "has ended".
std::string Describe(const std::optional<ProcessExit>& exit);

// That, and what it said last. A code server does not end with exit code 0 on its own account, so what it said last
// explains nothing then: most often the code it loads calls exit.
std::string WhyServerEnded(const std::optional<ProcessExit>& exit, const std::string& said);

// The port in the log of a webserver that could not bind it; nullopt when it ended for another reason.
std::optional<int> PortTaken(std::string_view log);

}  // namespace dagitops::local_process
