#include "dagitops/base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>

#include "dagitops/base/secret.h"
#include "dagitops/base/text.h"

namespace dagitops {
namespace {

spdlog::level::level_enum Translate(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

struct Logger {
  std::shared_ptr<spdlog::logger> sink =
      std::make_shared<spdlog::logger>("dagitops", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  LogFormat format = LogFormat::kText;

  Logger() { sink->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc); }
};

Logger& TheLogger() {
  static Logger logger;
  return logger;
}

bool NeedsQuotes(std::string_view value) {
  return value.empty() || value.find_first_of(" =\"\n\t\r\\") != std::string_view::npos;
}

std::string TextLine(std::string_view message, std::initializer_list<LogField> fields) {
  std::string line(message);
  for (const auto& [key, value] : fields) {
    const std::string clean = LooksLikeSecretName(key) ? "***" : Redact(value);
    line += " " + std::string(key) + "=" + (NeedsQuotes(clean) ? Quoted(clean) : clean);
  }
  return line;
}

std::string JsonLine(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  const auto name = spdlog::level::to_string_view(Translate(level));
  std::string line = "{\"level\":\"" + std::string(name.data(), name.size()) + "\",\"message\":" + Quoted(message);
  for (const auto& [key, value] : fields) {
    line += "," + Quoted(key) + ":" + Quoted(LooksLikeSecretName(key) ? "***" : Redact(value));
  }
  return line;
}

}  // namespace

void ConfigureLog(LogLevel level, LogFormat format) {
  Logger& logger = TheLogger();
  logger.sink->set_level(Translate(level));
  logger.sink->flush_on(spdlog::level::debug);
  logger.format = format;
  const char* pattern =
      format == LogFormat::kJson ? "%v,\"time\":\"%Y-%m-%dT%H:%M:%S.%eZ\"}" : "%Y-%m-%dT%H:%M:%S.%eZ %l %v";
  logger.sink->set_pattern(pattern, spdlog::pattern_time_type::utc);
}

void Log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  try {
    Logger& logger = TheLogger();
    if (!logger.sink->should_log(Translate(level))) return;
    const std::string line =
        logger.format == LogFormat::kJson ? JsonLine(level, message, fields) : TextLine(message, fields);
    logger.sink->log(Translate(level), spdlog::string_view_t(line));
  } catch (const std::exception&) {
    // A log line that cannot be written is no reason to stop keeping Dagster in line.
  }
}

}  // namespace dagitops
