#include "target/local_process/inventory.h"

#include <algorithm>
#include <array>
#include <map>
#include <stdexcept>
#include <utility>

#include <boost/json.hpp>

namespace dagitops::local_process {
namespace {

namespace json = boost::json;

constexpr std::array<std::pair<Phase, const char*>, 5> kPhases{{{Phase::kPreparing, "preparing"},
                                                                {Phase::kWaiting, "waiting"},
                                                                {Phase::kRunning, "running"},
                                                                {Phase::kFailed, "failed"},
                                                                {Phase::kStopping, "stopping"}}};

json::value FromTime(WallTime time) { return time.time_since_epoch().count(); }
WallTime ToTime(const json::value& value) { return WallTime(Duration(value.to_number<Duration::rep>())); }

template <class T, class Convert>
json::value FromOptional(const std::optional<T>& value, Convert convert) {
  return value ? json::value(convert(*value)) : json::value(nullptr);
}

std::optional<WallTime> ToOptionalTime(const json::value& value) {
  return value.is_null() ? std::nullopt : std::optional(ToTime(value));
}

std::string ToString(const json::value& value) { return std::string(value.as_string()); }
int ToInt(const json::value& value) { return value.to_number<int>(); }

template <class Sequence, class Convert>
json::array FromSequence(const Sequence& sequence, Convert convert) {
  json::array array;
  for (const auto& item : sequence) array.push_back(json::value(convert(item)));
  return array;
}

template <class T, class Convert>
std::vector<T> ToSequence(const json::value& value, Convert convert) {
  std::vector<T> sequence;
  for (const json::value& item : value.as_array()) sequence.push_back(convert(item));
  return sequence;
}

json::object FromIdentity(const ProcessIdentity& identity) {
  return {{"pid", identity.pid}, {"startTicks", identity.start_ticks}, {"bootId", identity.boot_id}};
}

ProcessIdentity ToIdentity(const json::object& object) {
  return {object.at("pid").to_number<long long>(), object.at("startTicks").to_number<unsigned long long>(),
          ToString(object.at("bootId"))};
}

json::object FromSupervised(const Supervised& process) {
  return {{"identity", FromOptional(process.identity, FromIdentity)},
          {"starting", process.starting},
          {"attempt", process.attempt},
          {"started", FromTime(process.started)},
          {"restarts", FromSequence(process.restarts, FromTime)},
          {"nextStart", FromTime(process.next_start)},
          {"toldToEnd", FromOptional(process.told_to_end, FromTime)},
          {"reason", process.reason}};
}

Supervised ToSupervised(const json::object& object) {
  Supervised process;
  if (!object.at("identity").is_null()) process.identity = ToIdentity(object.at("identity").as_object());
  process.starting = object.at("starting").as_bool();
  process.attempt = ToInt(object.at("attempt"));
  process.started = ToTime(object.at("started"));
  process.restarts = ToSequence<WallTime>(object.at("restarts"), ToTime);
  process.next_start = ToTime(object.at("nextStart"));
  process.told_to_end = ToOptionalTime(object.at("toldToEnd"));
  process.reason = ToString(object.at("reason"));
  return process;
}

json::object FromSpec(const ProcessSpec& spec) {
  json::object environment;
  for (const auto& [key, value] : spec.environment) environment[key] = value;
  return {{"arguments", FromSequence(spec.arguments, [](const std::string& text) { return text; })},
          {"codeServer", spec.code_server},
          {"environment", std::move(environment)},
          {"treeId", spec.tree_id},
          {"python", spec.python},
          {"requirements", spec.requirements},
          {"envFile", spec.env_file}};
}

ProcessSpec ToSpec(const json::object& object) {
  ProcessSpec spec;
  spec.arguments = ToSequence<std::string>(object.at("arguments"), ToString);
  spec.code_server = object.at("codeServer").as_bool();
  for (const auto& member : object.at("environment").as_object()) {
    spec.environment[std::string(member.key())] = ToString(member.value());
  }
  spec.tree_id = ToString(object.at("treeId"));
  spec.python = ToString(object.at("python"));
  spec.requirements = ToString(object.at("requirements"));
  spec.env_file = ToString(object.at("envFile"));
  return spec;
}

std::string PhaseName(Phase phase) {
  const auto found =
      std::find_if(kPhases.begin(), kPhases.end(), [&](const auto& each) { return each.first == phase; });
  return found->second;
}

Phase ToPhase(const json::value& value) {
  const std::string name = ToString(value);
  for (const auto& [phase, text] : kPhases) {
    if (name == text) return phase;
  }
  throw std::invalid_argument("phase " + name);
}

json::object FromServer(const ServerRecord& server) {
  return {{"location", server.location},
          {"locationName", server.location_name},
          {"content", server.content},
          {"phase", PhaseName(server.phase)},
          {"ready", server.ready},
          {"everReady", server.ever_ready},
          {"serverId", server.server_id},
          {"wasPublished", server.was_published},
          {"retired", FromOptional(server.retired, FromTime)},
          {"codeFolder", server.code_folder},
          {"venv", server.venv},
          {"process", FromSupervised(server.process)},
          {"spec", FromSpec(server.spec)}};
}

ServerRecord ToServer(const json::value& value) {
  const json::object& object = value.as_object();
  ServerRecord server;
  server.location = ToString(object.at("location"));
  server.location_name = ToString(object.at("locationName"));
  server.content = ToString(object.at("content"));
  server.phase = ToPhase(object.at("phase"));
  server.ready = object.at("ready").as_bool();
  server.ever_ready = object.at("everReady").as_bool();
  server.server_id = ToString(object.at("serverId"));
  server.was_published = object.at("wasPublished").as_bool();
  server.retired = ToOptionalTime(object.at("retired"));
  server.code_folder = ToString(object.at("codeFolder"));
  server.venv = ToString(object.at("venv"));
  server.process = ToSupervised(object.at("process").as_object());
  server.spec = ToSpec(object.at("spec").as_object());
  return server;
}

json::object FromService(const ServiceRecord& service) {
  return {{"name", service.name}, {"command", service.command}, {"process", FromSupervised(service.process)}};
}

ServiceRecord ToService(const json::value& value) {
  const json::object& object = value.as_object();
  return {ToString(object.at("name")), ToString(object.at("command")), ToSupervised(object.at("process").as_object())};
}

json::object FromBuild(const BuildRecord& build) {
  return {{"key", build.key}, {"failure", build.failure}, {"process", FromSupervised(build.process)}};
}

BuildRecord ToBuild(const json::value& value) {
  const json::object& object = value.as_object();
  return {ToString(object.at("key")), ToString(object.at("failure")), ToSupervised(object.at("process").as_object())};
}

// `  "key": [` and one record a line.
template <class Records, class Convert>
std::string Lines(const char* key, const Records& records, Convert convert) {
  std::string text = std::string(",\n  \"") + key + "\": [";
  for (const auto& record : records) {
    text += &record == &records.front() ? "\n    " : ",\n    ";
    text += json::serialize(convert(record));
  }
  return text + "]";
}

Error Unreadable(const std::string& path, const std::string& found) {
  return {ErrorKind::kStalled, "inventory-unreadable", path, found,
          "put back a good copy; or move it away, and what runs is found by its marks and taken over"};
}

Inventory ToInventory(const json::object& root) {
  Inventory inventory;
  inventory.attempts = ToInt(root.at("attempts"));
  inventory.servers = ToSequence<ServerRecord>(root.at("servers"), ToServer);
  inventory.services = ToSequence<ServiceRecord>(root.at("services"), ToService);
  inventory.builds = ToSequence<BuildRecord>(root.at("builds"), ToBuild);
  return inventory;
}

}  // namespace

ServerRecord* Inventory::Find(const std::string& location, const std::string& content) {
  const auto found = std::find_if(servers.begin(), servers.end(), [&](const ServerRecord& server) {
    return server.location == location && server.content == content;
  });
  return found == servers.end() ? nullptr : &*found;
}

std::string ToJson(const Inventory& inventory) {
  return "{\n  \"schemaVersion\": " + std::to_string(Inventory::kSchemaVersion) +
         ",\n  \"attempts\": " + std::to_string(inventory.attempts) + Lines("servers", inventory.servers, FromServer) +
         Lines("services", inventory.services, FromService) + Lines("builds", inventory.builds, FromBuild) + "\n}\n";
}

Result<Inventory> ParseInventory(std::string_view text, const std::string& path) {
  try {
    const json::value value = json::parse(json::string_view(text.data(), text.size()));
    const json::object& root = value.as_object();
    const int version = ToInt(root.at("schemaVersion"));
    if (version > Inventory::kSchemaVersion) {
      return Unreadable(path, "it was written by a newer dagitops (schema version " + std::to_string(version) + ")");
    }
    return ToInventory(root);
  } catch (const boost::system::system_error& error) {  // what() would tell where in Boost
    return Unreadable(path, "it is not an inventory: " + error.code().message());
  } catch (const std::exception& exception) {
    return Unreadable(path, std::string("it is not an inventory: ") + exception.what());
  }
}

}  // namespace dagitops::local_process
