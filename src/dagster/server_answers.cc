#include "dagster/server_answers.h"

#include "dagitops/base/text.h"

#include "dagster/json_read.h"
#include "dagster/python_error_json.h"

namespace dagitops {
namespace {

Error Garbage(std::string_view expected, std::string_view json) {
  return {.kind = ErrorKind::kRetry,
          .code = "code-server-garbage",
          .subject = {},
          .message = "expected " + std::string(expected) + ", found " + Quoted(Shorten(json, 100)),
          .hint = "dagitops knows the answers of Dagster 1.10 to 1.13"};
}

// The object of class `name`.
std::optional<boost::json::value> ReadObject(std::string_view json, std::string_view name) {
  auto value = json_read::Parse(json);
  return value && json_read::Text(*value, "__class__") == name ? std::move(value) : std::nullopt;
}

}  // namespace

Result<DefinitionsAnswer> ReadRepositories(std::string_view json) {
  if (const auto error = ReadObject(json, "SerializableErrorInfo")) {
    return DefinitionsAnswer{.loaded = false, .error = DescribePythonError(ReadErrorInfo(*error))};
  }
  const auto list = ReadObject(json, "ListRepositoriesResponse");
  if (!list) return Garbage("ListRepositoriesResponse", json);
  return DefinitionsAnswer{.loaded = true, .error = {}};
}

Result<std::vector<std::string>> ReadCurrentRuns(std::string_view json) {
  const auto result = ReadObject(json, "GetCurrentRunsResult");
  const boost::json::value* runs = result ? json_read::Member(*result, "current_runs") : nullptr;
  if (runs == nullptr || !runs->is_array()) return Garbage("GetCurrentRunsResult with current_runs", json);
  std::vector<std::string> ids;
  for (const boost::json::value& run : runs->get_array()) {
    if (!run.is_string()) return Garbage("current_runs of texts", json);
    ids.emplace_back(run.get_string());
  }
  return ids;
}

Status ReadShutdown(std::string_view json) {
  const auto result = ReadObject(json, "ShutdownServerResult");
  const boost::json::value* success = result ? json_read::Member(*result, "success") : nullptr;
  if (success == nullptr || !success->is_bool()) return Garbage("ShutdownServerResult with success", json);
  if (success->get_bool()) return Ok();
  const boost::json::value* info = json_read::Member(*result, "serializable_error_info");
  return Error{.kind = ErrorKind::kRetry,
               .code = "code-server-shutdown",
               .subject = {},
               .message = "the server could not begin its shutdown: " +
                          DescribePythonError(info == nullptr ? std::vector<PythonError>{} : ReadErrorInfo(*info)),
               .hint = {}};
}

}  // namespace dagitops
