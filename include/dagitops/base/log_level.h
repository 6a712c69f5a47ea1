#pragma once

namespace dagitops {

enum class LogLevel { kDebug, kInfo, kWarning, kError };
enum class LogFormat { kText, kJson };

}  // namespace dagitops
