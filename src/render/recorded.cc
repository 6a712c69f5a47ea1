#include "dagitops/render/recorded.h"

#include <utility>

#include "dagitops/yaml/emit.h"

namespace dagitops::render {
namespace {

using Members = Value::Mapping;

void Add(Members& members, std::string key, const std::string& text) {
  if (!text.empty()) members.push_back({std::move(key), {}, Value::String(text)});
}

void AddAddress(Members& members, const WorkspaceEntry& address) {
  Add(members, "host", address.host);
  if (address.port != 0) members.push_back({"port", {}, Value::Integer(address.port)});
  Add(members, "socket", address.socket);
  members.push_back({"ssl", {}, Value::Bool(address.ssl)});
}

void AddProcess(Members& members, const ProcessSpec& process) {
  members.push_back({"codeServer", {}, Value::Bool(process.code_server)});
  Value::Sequence arguments;
  for (const std::string& argument : process.arguments) arguments.push_back(Value::String(argument));
  members.push_back({"arguments", {}, Value::List(std::move(arguments))});
  Members environment;
  for (const auto& [name, text] : process.environment) environment.push_back({name, {}, Value::String(text)});
  members.push_back({"environment", {}, Value::Map(std::move(environment))});
  Add(members, "tree", process.tree_id);
  Add(members, "python", process.python);
  Add(members, "requirements", process.requirements);
  Add(members, "envFile", process.env_file);
}

std::string RecordedServer(const DesiredServer& server) {
  if (!server.values.empty()) return server.values;
  Members members;
  Add(members, "name", server.location);
  Add(members, "locationName", server.location_name);
  Add(members, "content", server.content);
  if (server.external) {
    AddAddress(members, server.address);
  } else {
    AddProcess(members, server.process);
  }
  return yaml::Emit(Value::Map(std::move(members)));
}

}  // namespace

HistoryFiles RecordedFiles(const Desired& desired) {
  HistoryFiles files;
  for (const DesiredLocation& location : desired.locations) {
    if (!location.has_serving || location.servers.empty()) continue;
    files[HistoryRenderedPath(location.name)] = RecordedServer(location.servers.front());
  }
  if (desired.base) files[kHistoryBase] = desired.base->values;
  if (desired.system && !desired.system->values.empty()) files[kHistorySystem] = desired.system->values;
  return files;
}

}  // namespace dagitops::render
