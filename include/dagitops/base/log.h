#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "dagitops/base/log_level.h"

namespace dagitops {

// One key/value of a log line. Values are escaped and redacted (secret.h) when written.
using LogField = std::pair<std::string_view, std::string>;

// Sets level and form of the process's log, written to standard error. Call once, before other threads start.
void ConfigureLog(LogLevel level, LogFormat format);

// A constant message and its values apart: Log(LogLevel::kInfo, "revision fetched", {{"revision", id}}).
// Safe to call from any thread; never throws.
void Log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});

}  // namespace dagitops
