#include "target/local_process/failure_reason.h"

#include <charconv>
#include <cstring>

#include "dagitops/model/log_reason.h"

namespace dagitops::local_process {
namespace {

// What the newest start wrote.
std::string_view NewestPart(std::string_view log) {
  const std::size_t header = log.rfind(kLogHeader);
  if (header == std::string_view::npos) return log;
  const std::size_t end = log.find('\n', header);
  return end == std::string_view::npos ? std::string_view() : log.substr(end + 1);
}

}  // namespace

std::string FailureReason(std::string_view log, const std::string& code_folder) {
  return LogReason(NewestPart(log), code_folder);
}

std::string Describe(const std::optional<ProcessExit>& exit) {
  if (!exit) return "has ended";
  if (exit->signal == 0) return "ended with exit code " + std::to_string(exit->exit_code);
  return "was ended by signal " + std::to_string(exit->signal) + " (" + strsignal(exit->signal) + ")";
}

std::string WhyServerEnded(const std::optional<ProcessExit>& exit, const std::string& said) {
  if (exit == ProcessExit{0, 0}) {
    return "ended by itself with exit code 0, which usually means that its code calls exit" +
           (said.empty() ? "" : "; it said last: " + said);
  }
  return Describe(exit) + (said.empty() ? "" : ": " + said);
}

std::optional<int> PortTaken(std::string_view log) {
  // "ERROR:    [Errno 98] error while attempting to bind on address ('127.0.0.1', 4602): address already in use"
  // (uvicorn under dagster-webserver 1.13.27, run).
  const std::string_view newest = NewestPart(log);
  const std::size_t line = newest.rfind("[Errno 98] error while attempting to bind on address (");
  if (line == std::string_view::npos) return std::nullopt;
  const std::size_t comma = newest.find("', ", line);
  if (comma == std::string_view::npos) return std::nullopt;
  int port = 0;
  const auto [end, error] = std::from_chars(newest.data() + comma + 3, newest.data() + newest.size(), port);
  return error == std::errc() ? std::optional(port) : std::nullopt;
}

}  // namespace dagitops::local_process
