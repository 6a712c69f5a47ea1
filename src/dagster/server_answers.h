#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dagitops/base/result.h"
#include "dagitops/dagster/code_server_client.h"

namespace dagitops {

// The JSON inside a code server's replies ("serialized_..." fields): objects that name their class in "__class__".
// Source: dagster 1.13.27, _grpc/server.py and _grpc/types.py. Anything else is kRetry code-server-garbage. Pure.

// ListRepositoriesResponse, or SerializableErrorInfo when the definitions do not load.
Result<DefinitionsAnswer> ReadRepositories(std::string_view json);
// GetCurrentRunsResult.
Result<std::vector<std::string>> ReadCurrentRuns(std::string_view json);
// ShutdownServerResult; kRetry code-server-shutdown when it says that it did not work.
Status ReadShutdown(std::string_view json);

}  // namespace dagitops
