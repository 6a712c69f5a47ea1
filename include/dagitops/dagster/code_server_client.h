#pragma once

#include <string>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/base/result.h"

namespace dagitops {

// Where a code server listens. A socket path wins over host and port.
struct CodeServerAddress {
  std::string socket;
  std::string host;
  int port = 0;
};

// What ListRepositories says: being up is not being right (a broken import under `dagster code-server start` is
// SERVING).
struct DefinitionsAnswer {
  bool loaded = false;
  std::string error;  // Dagster's error when not loaded: one line with the user's file and line, redacted
};

// Asks one code server by gRPC. Source of names and fields: dagster 1.13.27, dagster/_grpc/protos/dagster_api.proto and
// grpc.health.v1. Every call ends within `deadline`; a server that does not answer is kRetry.
class CodeServerClient {
 public:
  virtual ~CodeServerClient() = default;
  virtual Result<bool> Serving(const CodeServerAddress& address, Duration deadline) = 0;
  virtual Result<std::string> ServerId(const CodeServerAddress& address, Duration deadline) = 0;
  virtual Result<DefinitionsAnswer> Definitions(const CodeServerAddress& address, Duration deadline) = 0;
  // Ids of runs that live inside the server (default run launcher). kInvalid (grpc-unimplemented) for `dagster
  // code-server start`, which does not tell: that is "unknown", never "none".
  virtual Result<std::vector<std::string>> CurrentRuns(const CodeServerAddress& address, Duration deadline) = 0;
  // Makes the server end, after the runs inside it: it refuses new ones at once.
  virtual Status Shutdown(const CodeServerAddress& address, Duration deadline) = 0;
};

}  // namespace dagitops
