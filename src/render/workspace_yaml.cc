#include "dagitops/render/workspace_yaml.h"

#include <set>
#include <utility>

#include "dagitops/base/text.h"
#include "dagitops/model/scalar.h"
#include "dagitops/model/value.h"
#include "dagitops/yaml/emit.h"
#include "dagitops/yaml/parse.h"

namespace dagitops::render {
namespace {

constexpr int kHighestPort = 65535;

Error Invalid(const WorkspaceEntry& entry, std::string code, std::string message, std::string hint) {
  return {ErrorKind::kInvalid, std::move(code), "location " + Quoted(entry.location_name), std::move(message),
          std::move(hint)};
}

Value Strings(const std::map<std::string, std::string>& texts) {
  Value::Mapping members;
  for (const auto& [key, text] : texts) members.push_back({key, {}, Value::String(text)});
  return Value::Map(std::move(members));
}

Value ServerValue(const WorkspaceEntry& entry) {
  Value::Mapping server;
  if (!entry.host.empty()) server.push_back({"host", {}, Value::String(entry.host)});
  if (entry.port != 0) server.push_back({"port", {}, Value::Integer(entry.port)});
  if (!entry.socket.empty()) server.push_back({"socket", {}, Value::String(entry.socket)});
  server.push_back({"location_name", {}, Value::String(entry.location_name)});
  if (entry.ssl) server.push_back({"ssl", {}, Value::Bool(true)});
  if (!entry.metadata.empty()) server.push_back({"additional_metadata", {}, Strings(entry.metadata)});
  return Value::Map({{"grpc_server", {}, Value::Map(std::move(server))}});
}

std::string TextAt(const Value& server, std::string_view key) {
  const Value* value = server.Find(key);
  return value != nullptr && value->is_scalar() ? value->text() : "";
}

WorkspaceEntry ReadServer(const Value& server) {
  WorkspaceEntry entry;
  entry.location_name = TextAt(server, "location_name");
  entry.host = TextAt(server, "host");
  entry.socket = TextAt(server, "socket");
  entry.ssl = TextAt(server, "ssl") == "true";
  entry.port = PlainInteger(TextAt(server, "port")).value_or(0);
  if (const Value* metadata = server.Find("additional_metadata")) {
    for (const Value::Member& member : metadata->members()) entry.metadata[member.key] = member.value.text();
  }
  return entry;
}

// Ten thousand servers are some hundred thousand values.
constexpr yaml::Limits kReadLimits{5'000'000, 16};

}  // namespace

WorkspaceEntry PublishedAs(const LocationSettings& settings) {
  WorkspaceEntry entry;
  entry.location_name = settings.location_name;
  entry.metadata = settings.metadata;
  if (!settings.owner.empty()) entry.metadata["owner"] = settings.owner;
  if (settings.external) {
    entry.host = settings.external->host;
    entry.port = settings.external->port;
    entry.socket = settings.external->socket;
    entry.ssl = settings.external->ssl;
  }
  return entry;
}

Status CheckEntry(const WorkspaceEntry& entry) {
  const auto wrong = [&](std::string message) {
    return Invalid(entry, "workspace-entry", std::move(message), "give it one address");
  };
  if (entry.location_name.empty()) return wrong("an entry of workspace.yaml has no location name");
  if (!entry.socket.empty()) {
    return entry.port == 0 ? Ok() : Status(wrong("has both port " + std::to_string(entry.port) + " and a socket"));
  }
  if (entry.port == 0) return wrong("has neither port nor socket");
  if (entry.port < 0 || entry.port > kHighestPort) return wrong("has port " + std::to_string(entry.port));
  return entry.host.empty() ? Status(wrong("has a port but no host")) : Ok();
}

std::vector<WorkspaceEntry> ReadWorkspaceYaml(std::string_view text) {
  const yaml::Parsed parsed = yaml::Parse(text, "workspace.yaml", Layer::kBuiltin, kReadLimits);
  std::vector<WorkspaceEntry> entries;
  const Value* servers = parsed.root.Find("load_from");
  if (servers == nullptr) return entries;
  for (const Value& item : servers->items()) {
    const Value* server = item.Find("grpc_server");
    if (server == nullptr) continue;
    WorkspaceEntry entry = ReadServer(*server);
    if (CheckEntry(entry)) entries.push_back(std::move(entry));
  }
  return entries;
}

Result<std::string> WorkspaceYaml(const std::vector<WorkspaceEntry>& entries) {
  std::set<std::string_view> names;
  Value::Sequence servers;
  for (const WorkspaceEntry& entry : entries) {
    DAGITOPS_TRY(CheckEntry(entry));
    if (!names.insert(entry.location_name).second) {
      return Invalid(entry, "workspace-duplicate", "two servers would be published under this name",
                     "set dagitops.locationName of one of them");
    }
    servers.push_back(ServerValue(entry));
  }
  return yaml::Emit(Value::Map({{"load_from", {}, Value::List(std::move(servers))}}));
}

}  // namespace dagitops::render
