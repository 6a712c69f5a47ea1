#pragma once

#include <string>
#include <string_view>

#include "dagitops/dagster/code_server_client.h"
#include "dagitops/http/http_client.h"

namespace dagitops {

// CodeServerClient by gRPC over HTTP/2 without TLS, on an HttpClient. Safe to call from any thread when `http` is;
// `http` outlives this.
//
// Calls and field numbers, read in dagster 1.13.27, dagster/_grpc/protos/dagster_api.proto (package api, service
// DagsterApi): GetServerId(Empty) -> server_id = 1; ListRepositories(ListRepositoriesRequest, empty) ->
// serialized_list_repositories_response_or_error = 1; GetCurrentRuns(Empty) -> serialized_current_runs = 1;
// ShutdownServer(Empty) -> serialized_shutdown_server_result = 1. Health, read in grpcio-health-checking 1.81.1,
// health.proto: grpc.health.v1.Health/Check, service = 1, status = 1 (SERVING is 1); the service is "DagsterApi".
//
// Errors: those of the HttpClient for servers that refuse, hang or break off; grpc-garbage and code-server-garbage
// (kRetry) for what is no answer of a code server; grpc-error (kRetry); grpc-unimplemented (kInvalid): `dagster
// code-server start` of 1.13.27 has no GetCurrentRuns. The subject is the address.
class GrpcCodeServerClient final : public CodeServerClient {
 public:
  explicit GrpcCodeServerClient(HttpClient& http) : http_(http) {}

  Result<bool> Serving(const CodeServerAddress& address, Duration deadline) override;
  Result<std::string> ServerId(const CodeServerAddress& address, Duration deadline) override;
  Result<DefinitionsAnswer> Definitions(const CodeServerAddress& address, Duration deadline) override;
  Result<std::vector<std::string>> CurrentRuns(const CodeServerAddress& address, Duration deadline) override;
  Status Shutdown(const CodeServerAddress& address, Duration deadline) override;

 private:
  struct Call;
  Result<std::string> Ask(const CodeServerAddress& address, Duration deadline, const Call& call);
  Result<std::string> AskForText(const CodeServerAddress& address, Duration deadline, const Call& call);

  HttpClient& http_;
};

}  // namespace dagitops
