#include "dagitops/dagster/grpc_code_server_client.h"

#include "dagster/grpc_message.h"
#include "dagster/protobuf.h"
#include "dagster/server_answers.h"

namespace dagitops {
namespace {

constexpr std::uint32_t kOnlyField = 1;  // every message asked for here has one field, and its number is 1
constexpr std::uint64_t kServing = 1;
constexpr std::string_view kHealthService = "DagsterApi";
// A list of repositories grows with their number, not with their assets: 1 MiB is some thousand of them.
constexpr std::size_t kMaxAnswer = 1u << 20;

std::string HostAndPort(const CodeServerAddress& address) {
  const bool bare_v6 = address.host.find(':') != std::string::npos && !address.host.starts_with('[');
  return (bare_v6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

std::string Name(const CodeServerAddress& address) {
  return address.socket.empty() ? HostAndPort(address) : address.socket;
}

Error Told(const CodeServerAddress& address, std::string_view doing, Error error) {
  error.subject = Name(address);
  return While(std::string(doing), std::move(error));
}

}  // namespace

// One RPC: its path, what is being done in words, and the message.
struct GrpcCodeServerClient::Call {
  std::string_view path;
  std::string_view doing;
  std::string message = {};
};

Result<std::string> GrpcCodeServerClient::Ask(const CodeServerAddress& address, Duration deadline, const Call& call) {
  HttpRequest request;
  request.method = "POST";
  request.url = "http://" + (address.socket.empty() ? HostAndPort(address) : "localhost") + std::string(call.path);
  request.headers = {
      {"content-type", "application/grpc"}, {"te", "trailers"}, {"grpc-accept-encoding", "identity,deflate,gzip"}};
  request.body = GrpcFrame(call.message);
  request.unix_socket = address.socket;
  request.http2_prior_knowledge = true;
  request.deadline = deadline;
  request.max_body = kMaxAnswer;
  request.repeatable = true;
  auto response = http_.Send(request);
  if (!response) return Told(address, call.doing, std::move(response).error());
  auto message = ReadGrpcAnswer(std::move(response).value());
  if (!message) return Told(address, call.doing, std::move(message).error());
  return message;
}

Result<std::string> GrpcCodeServerClient::AskForText(const CodeServerAddress& address, Duration deadline,
                                                     const Call& call) {
  DAGITOPS_ASSIGN(const std::string message, Ask(address, deadline, call));
  const auto text = protobuf::FindBytes(message, kOnlyField);
  if (!text) {
    return Told(address, call.doing,
                {.kind = ErrorKind::kRetry,
                 .code = "code-server-garbage",
                 .subject = {},
                 .message = "the answer is no protobuf message with a text in field 1",
                 .hint = {}});
  }
  return std::string(*text);
}

Result<bool> GrpcCodeServerClient::Serving(const CodeServerAddress& address, Duration deadline) {
  const Call call{"/grpc.health.v1.Health/Check", "asking for its health",
                  protobuf::BytesField(kOnlyField, kHealthService)};
  DAGITOPS_ASSIGN(const std::string message, Ask(address, deadline, call));
  return protobuf::FindNumber(message, kOnlyField) == kServing;
}

Result<std::string> GrpcCodeServerClient::ServerId(const CodeServerAddress& address, Duration deadline) {
  const Call call{"/api.DagsterApi/GetServerId", "asking for its id"};
  DAGITOPS_ASSIGN(std::string id, AskForText(address, deadline, call));
  if (!id.empty()) return id;
  return Told(address, call.doing,
              {.kind = ErrorKind::kRetry,
               .code = "code-server-garbage",
               .subject = {},
               .message = "the answer has an empty id",
               .hint = {}});
}

Result<DefinitionsAnswer> GrpcCodeServerClient::Definitions(const CodeServerAddress& address, Duration deadline) {
  const Call call{"/api.DagsterApi/ListRepositories", "asking whether its definitions are loaded"};
  DAGITOPS_ASSIGN(const std::string json, AskForText(address, deadline, call));
  auto answer = ReadRepositories(json);
  if (!answer) return Told(address, call.doing, std::move(answer).error());
  return answer;
}

Result<std::vector<std::string>> GrpcCodeServerClient::CurrentRuns(const CodeServerAddress& address,
                                                                   Duration deadline) {
  const Call call{"/api.DagsterApi/GetCurrentRuns", "asking for its runs"};
  DAGITOPS_ASSIGN(const std::string json, AskForText(address, deadline, call));
  auto runs = ReadCurrentRuns(json);
  if (!runs) return Told(address, call.doing, std::move(runs).error());
  return runs;
}

Status GrpcCodeServerClient::Shutdown(const CodeServerAddress& address, Duration deadline) {
  const Call call{"/api.DagsterApi/ShutdownServer", "asking it to end"};
  DAGITOPS_ASSIGN(const std::string json, AskForText(address, deadline, call));
  const Status done = ReadShutdown(json);
  if (!done) return Told(address, call.doing, done.error());
  return Ok();
}

}  // namespace dagitops
