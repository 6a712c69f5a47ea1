#include "support/standin/code_server.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <string_view>

#include <boost/json/serialize.hpp>

#include "support/standin/grpc_server.h"
#include "support/standin/loop.h"
#include "support/standin/wire.h"

namespace dagitops::standin {
namespace {

using std::chrono::milliseconds;

constexpr int kNotFound = 5;
constexpr int kUnimplemented = 12;
constexpr milliseconds kDrainTick{20};  // Dagster's own is 500 ms

std::string Quoted(const std::string& text) { return boost::json::serialize(boost::json::string(text)); }
std::string QuotedOrNull(const std::string& text) { return text.empty() ? "null" : Quoted(text); }

std::string NewServerId() {
  std::string id;
  std::ifstream("/proc/sys/kernel/random/uuid") >> id;
  return id;
}

class CodeServer {
 public:
  CodeServer(ServerKind kind, const Arguments& arguments, const std::string& executable)
      : kind_(kind),
        arguments_(arguments),
        executable_(executable),
        location_(arguments.Get("--location-name")),
        behaviour_(WorkingDirectory()),
        server_id_(arguments.Has("--fixed-server-id") ? arguments.Get("--fixed-server-id") : NewServerId()),
        grpc_(loop_, [this](std::string_view path, std::string_view message) { return Answer(path, message); }) {}

  int Run() {
    Journal("start", "server " + location_ + " " + arguments_.Get("--socket"));
    loop_.OnTermination([this] {
      if (!behaviour_.On("ignore_term")) Drain();
    });
    loop_.After(behaviour_.Time("start_ms"), [this] { Serve(); });
    const int code = loop_.Run();
    Journal("end", "server " + location_ + " " + arguments_.Get("--socket"));
    return code;
  }

 private:
  std::string WorkingDirectory() const {
    const std::string given = arguments_.Get(arguments_.Has("-d") ? "-d" : "--working-directory");
    return given.empty() ? std::filesystem::current_path().string() : given;
  }

  void Serve() {
    if (behaviour_.On("exit")) {
      std::cerr << "Traceback (most recent call last):\n  File \"definitions.py\", line 1, in <module>\n"
                   "ModuleNotFoundError: No module named 'nothing_like_this'\n\n"
                   "dagster._core.errors.DagsterImportError: Encountered ImportError: `No module named "
                   "'nothing_like_this'` while importing module definitions.\n";
      return loop_.Stop(std::stoi(behaviour_.Get("exit")));
    }
    if (!grpc_.Listen(arguments_.Get("--socket"))) return loop_.Stop(1);
    if (behaviour_.On("crash_ms")) loop_.After(behaviour_.Time("crash_ms"), [this] { loop_.Stop(1); });
  }

  // Ends once no run is left, as Dagster does after ShutdownServer and after SIGTERM.
  void Drain() {
    if (draining_) return;
    draining_ = true;
    loop_.After(behaviour_.Time("stop_ms"), [this] { EndWhenIdle(); });
  }

  void EndWhenIdle() {
    if (RunsOf(location_).empty()) return loop_.Stop(0);
    loop_.After(kDrainTick, [this] { EndWhenIdle(); });
  }

  GrpcAnswer Answer(std::string_view path, std::string_view message) {
    if (behaviour_.On("hang")) return {.message = {}, .silent = true};
    if (path == "/grpc.health.v1.Health/Check") return Health(message);
    constexpr std::string_view kService = "/api.DagsterApi/";
    if (!path.starts_with(kService)) return {.message = {}, .status = kUnimplemented};
    return Dagster(path.substr(kService.size()), message);
  }

  GrpcAnswer Health(std::string_view message) const {
    const std::string service = DecodeText(message).value_or("?");
    if (!service.empty() && service != "DagsterApi") return {.message = {}, .status = kNotFound};
    return {EncodeNumber(behaviour_.On("not_serving") ? 2 : 1)};
  }

  GrpcAnswer Dagster(std::string_view method, std::string_view message) {
    if (method == "Ping" || method == "Heartbeat") return {std::string(message)};
    if (method == "ReloadCode") return Reload();
    if (method == "GetServerId") return {EncodeText(server_id_)};
    if (method == "ListRepositories") return {EncodeText(Repositories())};
    if (method == "GetCurrentRuns" && kind_ == ServerKind::kApiGrpc) return {EncodeText(CurrentRuns())};
    if (method == "GetCurrentImage")
      return {EncodeText(R"({"__class__": "GetCurrentImageResult", "current_image": )" + Image() +
                         R"(, "serializable_error_info": null})")};
    if (method == "ShutdownServer") {
      Drain();
      return {EncodeText(R"({"__class__": "ShutdownServerResult", "serializable_error_info": null, "success": true})")};
    }
    return {.message = {}, .status = kUnimplemented};
  }

  // A code server starts another `dagster api grpc` behind itself and forwards to that one.
  GrpcAnswer Reload() {
    if (kind_ == ServerKind::kCodeServer && !arguments_.Has("--fixed-server-id")) server_id_ = NewServerId();
    return {};
  }

  std::string Image() const { return QuotedOrNull(arguments_.Get("--container-image")); }

  std::string CurrentRuns() const {
    std::string ids;
    for (const std::string& run : RunsOf(location_)) ids += (ids.empty() ? "" : ", ") + Quoted(run);
    return R"({"__class__": "GetCurrentRunsResult", "current_runs": [)" + ids +
           R"(], "serializable_error_info": null})";
  }

  std::string EntryPoint() const {
    if (!arguments_.Has("--use-python-environment-entry-point")) return R"(["dagster"])";
    return "[" + Quoted(executable_) + R"(, "-m", "dagster"])";
  }

  std::string CodePointer(const std::string& attribute) const {
    const bool file = arguments_.Has("-f");
    return R"({"__class__": ")" + std::string(file ? "FileCodePointer" : "ModuleCodePointer") + R"(", "fn_name": )" +
           Quoted(attribute) + (file ? R"(, "python_file": )" : R"(, "module": )") +
           Quoted(arguments_.Get(file ? "-f" : "-m")) + R"(, "working_directory": )" + Quoted(WorkingDirectory()) + "}";
  }

  std::string Repositories() const {
    if (behaviour_.On("load_error"))
      return R"({"__class__": "SerializableErrorInfo", "cause": null, "cls_name": "DagsterImportError", "context": null, )"
             R"("message": )" +
             Quoted(behaviour_.Get("load_error") + "\n") + R"(, "stack": []})";
    const std::string attribute = arguments_.Has("-a") ? arguments_.Get("-a") : "defs";
    return R"({"__class__": "ListRepositoriesResponse", "container_context": {}, "container_image": )" + Image() +
           R"(, "dagster_library_versions": {"dagster": "1.13.27", "dagster-shared": "1.13.27"}, "defs_state_info": null, )"
           R"("entry_point": )" +
           EntryPoint() + R"(, "executable_path": )" + Quoted(executable_) +
           R"(, "repository_code_pointer_dict": {"__repository__": )" + CodePointer(attribute) +
           R"(}, "repository_symbols": [{"__class__": "LoadableRepositorySymbol", "attribute": )" + Quoted(attribute) +
           R"(, "repository_name": "__repository__"}]})";
  }

  ServerKind kind_;
  const Arguments& arguments_;
  std::string executable_;
  std::string location_;
  Behaviour behaviour_;
  std::string server_id_;
  bool draining_ = false;
  Loop loop_;
  GrpcServer grpc_;
};

}  // namespace

int RunCodeServer(ServerKind kind, const Arguments& arguments, const std::string& executable) {
  return CodeServer(kind, arguments, executable).Run();
}

}  // namespace dagitops::standin
