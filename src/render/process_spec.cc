#include "render/process_spec.h"

#include <algorithm>
#include <array>
#include <optional>

#include "dagitops/base/digest.h"
#include "dagitops/base/text.h"
#include "dagitops/yaml/emit.h"

namespace dagitops::render {
namespace {

constexpr std::size_t kContentDigits = 16;

// Flags of `dagster api grpc` and `dagster code-server start` that would take the address, the life or the name of the
// server out of the target's hands (dagster 1.13.27, _cli/api.py and _cli/code_server.py).
constexpr std::array<std::string_view, 8> kTargetFlags{"-p", "--port", "-s",          "--socket",
                                                       "-h", "--host", "--heartbeat", "--fixed-server-id"};

bool IsTargetFlag(std::string_view argument) {
  const std::string_view flag = argument.substr(0, argument.find('='));
  const auto same = [&](std::string_view known) {
    const bool joined = known.size() == 2 && argument.starts_with(known);  // -p4000
    return flag == known || joined;
  };
  return std::any_of(kTargetFlags.begin(), kTargetFlags.end(), same);
}

bool IsOptional(const Value& reference) {
  const Value* optional = reference.Find("optional");
  return optional != nullptr && optional->text() == "true";
}

// The name and value of each plain item of `env`, in either form of it.
void ReadEnvironment(const Value& env, ProcessSpec& spec) {
  for (const auto& member : env.members()) spec.environment[member.key] = member.value.text();
  for (const Value& item : env.items()) {
    const Value* name = item.Find("name");
    if (name == nullptr || item.Find("valueFrom") != nullptr) continue;
    const Value* value = item.Find("value");
    spec.environment[name->text()] = value == nullptr ? "" : value->text();
  }
}

// The first key whose values only a cluster has; "" when there is none. Optional references may stay unset.
std::string ClusterKey(const Value& entry) {
  for (const std::string_view key : {"envSecrets", "envConfigMaps"}) {
    const Value* references = entry.Find(key);
    if (references == nullptr) continue;
    for (const Value& reference : references->items()) {
      const Value* name = reference.Find("name");
      const std::string& shown = name == nullptr ? reference.text() : name->text();
      if (!IsOptional(reference)) return std::string(key) + " " + shown;
    }
  }
  const Value* env = entry.Find("env");
  if (env == nullptr) return "";
  for (const Value& item : env->items()) {
    const Value* source = item.Find("valueFrom");
    const Value* name = item.Find("name");
    if (source == nullptr || name == nullptr) continue;
    const bool optional = source->members().size() == 1 && IsOptional(source->members().front().value);
    if (!optional) return "env " + name->text() + " with valueFrom";
  }
  return "";
}

void ReadArguments(const Value& entry, ProcessSpec& spec) {
  const Value* arguments = entry.Find("dagsterApiGrpcArgs");  // first of the two, as in the chart's template
  if (arguments == nullptr || arguments->items().empty()) {
    arguments = entry.Find("codeServerArgs");
    spec.code_server = arguments != nullptr;
  }
  if (arguments == nullptr) return;
  for (const Value& argument : arguments->items()) spec.arguments.push_back(argument.text());
}

Value Strings(const std::vector<std::string>& texts) {
  Value::Sequence items;
  for (const std::string& text : texts) items.push_back(Value::String(text));
  return Value::List(std::move(items));
}

Value Strings(const std::map<std::string, std::string>& texts) {
  Value::Mapping members;
  for (const auto& [key, text] : texts) members.push_back({key, {}, Value::String(text)});
  return Value::Map(std::move(members));
}

std::string Content(Value::Mapping members) {
  return ShortDigest(yaml::Canonical(Value::Map(std::move(members))), kContentDigits);
}

}  // namespace

ProcessSpec MakeProcessSpec(const Version& version, const std::string& default_python) {
  ProcessSpec spec;
  const LocalSettings local = version.location.settings.local.value_or(LocalSettings{});
  spec.tree_id = version.tree_id;
  spec.python = local.python.empty() ? default_python : local.python;
  spec.requirements = local.requirements;
  spec.env_file = local.env_file;
  ReadArguments(version.location.entry, spec);
  if (const Value* env = version.location.entry.Find("env")) ReadEnvironment(*env, spec);
  return spec;
}

std::string WhyNotRunnable(const ProcessSpec& spec, const Version& version) {
  const std::optional<LocalSettings>& local = version.location.settings.local;
  if (!local || local->path.empty()) {
    return "it has no dagitops.local.path, the folder of the repository that holds its code";
  }
  if (version.tree_id.empty()) return "there is no folder " + local->path + " (dagitops.local.path) in the repository";
  if (spec.arguments.empty()) return "nothing says what to load; set dagitops.codeSource";
  for (const std::string& argument : spec.arguments) {
    if (IsTargetFlag(argument)) return "argument " + Quoted(argument) + " is dagitops' own to set on this machine";
  }
  const std::string key = ClusterKey(version.location.entry);
  if (key.empty() || !spec.env_file.empty()) return "";
  return key + " needs a cluster; put its values into a file on this machine and name it in dagitops.local.envFile";
}

std::string ProcessContent(const ProcessSpec& process, const std::string& location_name) {
  return Content({{"arguments", {}, Strings(process.arguments)},
                  {"codeServer", {}, Value::Bool(process.code_server)},
                  {"environment", {}, Strings(process.environment)},
                  {"envFile", {}, Value::String(process.env_file)},
                  {"locationName", {}, Value::String(location_name)},
                  {"python", {}, Value::String(process.python)},
                  {"requirements", {}, Value::String(process.requirements)},
                  {"tree", {}, Value::String(process.tree_id)}});
}

std::string ExternalContent(const ExternalServer& server, const std::string& location_name) {
  return Content({{"host", {}, Value::String(server.host)},
                  {"locationName", {}, Value::String(location_name)},
                  {"port", {}, Value::Integer(server.port)},
                  {"socket", {}, Value::String(server.socket)},
                  {"ssl", {}, Value::Bool(server.ssl)}});
}

}  // namespace dagitops::render
