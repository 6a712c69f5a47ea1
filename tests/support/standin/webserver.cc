#include "support/standin/webserver.h"

#include <filesystem>
#include <iostream>
#include <set>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "support/standin/grpc_call.h"
#include "support/standin/http_server.h"
#include "support/standin/loop.h"
#include "support/standin/wire.h"
#include "support/standin/workspace_file.h"

namespace dagitops::standin {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;
using Entries = std::vector<GrpcServerEntry>;

constexpr milliseconds kCallLimit{500};
constexpr int kPortTaken = 3;  // as uvicorn

json::object PythonError(const std::string& message) {
  return {{"__typename", "PythonError"}, {"message", message}, {"className", "Error"}, {"stack", json::array()}};
}

json::object Unreachable() {
  json::object error = PythonError(
      "dagster._core.errors.DagsterUserCodeUnreachableError: Could not reach user code server. gRPC Error code: "
      "UNAVAILABLE\n");
  error["className"] = "DagsterUserCodeUnreachableError";
  return error;
}

// The message inside a serialized error, or "" when `text` is the list of repositories.
std::string LoadError(const std::string& text) {
  boost::system::error_code failed;
  const json::value answer = json::parse(text, failed);
  if (failed || !answer.is_object()) return "unreadable answer";
  if (answer.at("__class__").as_string() != "SerializableErrorInfo") return "";
  return std::string(answer.at("message").as_string());
}

json::object LocationEntry(const GrpcServerEntry& server) {
  json::array metadata{json::object{{"key", "host"}, {"value", server.host.empty() ? "localhost" : server.host}},
                       json::object{{"key", "socket"}, {"value", server.socket}}};
  for (const auto& [key, value] : server.metadata) metadata.push_back(json::object{{"key", key}, {"value", value}});
  json::object entry{{"__typename", "WorkspaceLocationEntry"},
                     {"id", server.location_name},
                     {"name", server.location_name},
                     {"loadStatus", "LOADED"},
                     {"displayMetadata", metadata},
                     {"versionKey", "1795354225.589334"}};
  const auto id = GrpcCall(server.socket, "/api.DagsterApi/GetServerId", "", kCallLimit);
  const auto list = GrpcCall(server.socket, "/api.DagsterApi/ListRepositories", "", kCallLimit);
  if (!id || !list) {
    entry["locationOrLoadError"] = Unreachable();
  } else if (const std::string error = LoadError(DecodeText(*list).value_or("")); !error.empty()) {
    entry["locationOrLoadError"] = PythonError(error);
  } else {
    const std::string server_id = DecodeText(*id).value_or("");
    entry["versionKey"] = "[\"" + server_id + "\", null]";
    entry["locationOrLoadError"] = {
        {"__typename", "RepositoryLocation"}, {"id", server.location_name},
        {"name", server.location_name},       {"serverId", server_id},
        {"isReloadSupported", true},          {"repositories", {{{"name", "__repository__"}}}}};
  }
  return entry;
}

class Webserver {
 public:
  explicit Webserver(const Arguments& arguments)
      : host_(arguments.Has("-h") ? arguments.Get("-h") : "127.0.0.1"),
        port_(arguments.Has("-p") ? arguments.Get("-p") : "3000"),
        file_(arguments.Get("-w")),
        behaviour_(std::filesystem::current_path()),
        http_(loop_,
              [this](std::string_view, std::string_view path, std::string_view body) { return Answer(path, body); }) {}

  int Run() {
    const std::string who = "webserver " + host_ + " " + port_;
    Journal("start", who);
    loop_.After(behaviour_.Time("start_ms"), [this] { Serve(); });
    const int code = loop_.Run();
    Journal("end", who);
    return code;
  }

 private:
  void Serve() {
    std::string error;
    const auto entries = ReadWorkspaceFile(file_, error);
    if (!entries) {
      std::cerr << error << "\n";
      return loop_.Stop(1);
    }
    entries_ = *entries;
    if (http_.Listen(host_, std::stoi(port_))) return;
    std::cerr << "ERROR:    [Errno 98] error while attempting to bind on address ('" << host_ << "', " << port_
              << "): address already in use\n";
    loop_.Stop(kPortTaken);
  }

  HttpAnswer Answer(std::string_view path, std::string_view body) {
    if (path == "/server_info")
      return {
          200,
          R"({"dagster_webserver_version":"1.13.27","dagster_version":"1.13.27","dagster_graphql_version":"1.13.27"})"};
    if (path != "/graphql") return {404, "{}"};
    boost::system::error_code failed;
    const json::value request = json::parse(body, failed);
    if (failed || !request.is_object() || !request.as_object().contains("query")) return {404, "{}"};
    const std::string_view query = request.at("query").as_string();
    return {200, json::serialize(json::object{{"data", Data(query)}})};
  }

  json::object Data(std::string_view query) {
    const auto asks = [&](std::string_view field) { return query.find(field) != std::string_view::npos; };
    json::object data;
    if (asks("version")) data["version"] = "1.13.27";
    if (asks("reloadWorkspace")) data["reloadWorkspace"] = Reload();
    if (asks("reloadRepositoryLocation")) data["reloadRepositoryLocation"] = {{"__typename", "WorkspaceLocationEntry"}};
    if (asks("workspaceOrError")) data["workspaceOrError"] = Workspace();
    return data;
  }

  json::object Reload() {
    if (behaviour_.On("read_only")) return {{"__typename", "UnauthorizedError"}, {"message", "Authorization failed"}};
    std::string error;
    const auto entries = ReadWorkspaceFile(file_, error);
    if (!entries) return PythonError(error);
    entries_ = *entries;
    // Whoever is listed is told to load its code anew (dagster 1.13.27, remote_origin.py, reload_location).
    for (const GrpcServerEntry& server : entries_)
      GrpcCall(server.socket, "/api.DagsterApi/ReloadCode", "", kCallLimit);
    return Workspace();
  }

  json::object Workspace() const {
    json::array entries;
    for (const GrpcServerEntry& server : entries_) entries.push_back(LocationEntry(server));
    return {{"__typename", "Workspace"}, {"id", "Workspace"}, {"locationEntries", entries}};
  }

  std::string host_;
  std::string port_;
  std::string file_;
  Behaviour behaviour_;
  Entries entries_;
  Loop loop_;
  HttpServer http_;
};

class Daemon {
 public:
  explicit Daemon(const Arguments& arguments) : file_(arguments.Get("-w")) {}

  int Run() {
    Journal("start", "daemon - -");
    Look();
    const int code = loop_.Run();
    Journal("end", "daemon - -");
    return code;
  }

 private:
  void Look() {
    std::string error;
    std::string seen = "invalid";
    if (const auto entries = ReadWorkspaceFile(file_, error)) {
      seen = "valid";
      for (const GrpcServerEntry& entry : *entries) seen += "," + entry.location_name;
    }
    if (seen != seen_) Journal("sees", "daemon " + seen + " -");
    seen_ = seen;
    loop_.After(milliseconds(1000), [this] { Look(); });
  }

  std::string file_;
  std::string seen_;
  Loop loop_;
};

}  // namespace

int RunWebserver(const Arguments& arguments) { return Webserver(arguments).Run(); }
int RunDaemon(const Arguments& arguments) { return Daemon(arguments).Run(); }

}  // namespace dagitops::standin
