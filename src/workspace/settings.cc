#include "workspace/settings.h"

#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "dagitops/base/duration.h"
#include "dagitops/base/text.h"
#include "dagitops/model/scalar.h"
#include "dagitops/yaml/emit.h"

namespace dagitops::workspace {
namespace {

struct SourceKind {
  std::string_view key;
  CodeSource::Kind kind;
  std::string_view flag;
};
constexpr std::array<SourceKind, 4> kSourceKinds{
    {{"pythonFile", CodeSource::Kind::kPythonFile, "--python-file"},
     {"moduleName", CodeSource::Kind::kModuleName, "--module-name"},
     {"packageName", CodeSource::Kind::kPackageName, "--package-name"},
     {"autoloadDefsModuleName", CodeSource::Kind::kAutoloadDefsModuleName, "--autoload-defs-module-name"}}};

std::string Text(const Value& mapping, std::string_view key) {
  const Value* value = mapping.Find(key);
  return value == nullptr ? "" : value->text();
}

// Other notations are a fault of the checks (odd-integer).
std::optional<int> Integer(const Value* value) {
  if (value == nullptr || !value->is_scalar() || value->quoted()) return std::nullopt;
  return PlainInteger(value->text());
}

std::optional<bool> Bool(const Value* value) {
  if (value == nullptr || value->quoted() || !value->is_scalar()) return std::nullopt;
  if (ResolveScalar(value->text()) != ScalarType::kBool) return std::nullopt;
  const char first = value->text().front();
  const bool on =
      value->text().size() == 2 && (first == 'o' || first == 'O');  // "on" against "off"; "no" starts with n
  return first == 't' || first == 'T' || first == 'y' || first == 'Y' || on;
}

// "" when `path` stays inside of the folder it starts in, else what is wrong with it.
std::string_view PathFault(std::string_view path) {
  if (path.starts_with('/')) return "an absolute path";
  for (const std::string& part : Split(path, '/')) {
    if (part == "..") return "a path with `..`";
  }
  return "";
}

// Without "./", doubled and trailing slashes; "." for the root.
std::string NormalPath(std::string_view path) {
  std::vector<std::string> parts;
  for (std::string& part : Split(path, '/')) {
    if (!part.empty() && part != ".") parts.push_back(std::move(part));
  }
  return parts.empty() ? "." : Join(parts, "/");
}

class Reader {
 public:
  Reader(const BlockInput& input, Diagnostics& diagnostics) : input_(input), diagnostics_(diagnostics) {}

  LocationSettings Read() {
    LocationSettings settings;
    settings.location_name = input_.name;
    const Value& block = input_.block;
    ReadVersion(settings);
    if (const std::string name = Text(block, "locationName"); !name.empty()) settings.location_name = name;
    settings.owner = Text(block, "owner");
    settings.enabled = Bool(block.Find("enabled")).value_or(true);
    settings.order = Integer(block.Find("order")).value_or(0);
    if (const Value* metadata = block.Find("metadata")) ReadMetadata(*metadata, settings);
    if (const Value* source = block.Find("codeSource")) settings.code_source = ReadCodeSource(*source);
    if (const Value* external = block.Find("external")) settings.external = ReadExternal(*external);
    if (const Value* local = block.Find("local")) settings.local = ReadLocal(*local);
    if (const Value* runs = block.Find("runs")) settings.runs = ReadRuns(*runs);
    if (const std::string gate = Text(block, "gate"); !gate.empty()) {
      settings.gate = gate == "candidate" ? Gate::kCandidate : Gate::kRollout;
    }
    if (const Value* ignore = block.FindPath("lint.ignore")) ReadIgnores(*ignore, settings);
    return settings;
  }

 private:
  void Tell(const char* code, const Mark& mark, Words words) {
    diagnostics_.push_back(Fault(code, At(input_.sources, mark), std::move(words)));
  }

  void ReadVersion(LocationSettings& settings) {
    const Value* version = input_.block.Find("schemaVersion");
    settings.schema_version = Integer(version).value_or(kSchemaVersion);
    if (settings.schema_version <= kSchemaVersion) return;
    Tell("newer-schema", version->mark(),
         {"schemaVersion " + version->text(), "at most " + std::to_string(kSchemaVersion),
          "use a newer dagitops, or write schemaVersion " + std::to_string(kSchemaVersion)});
  }

  static void ReadMetadata(const Value& metadata, LocationSettings& settings) {
    for (const Value::Member& member : metadata.members()) {
      if (member.value.is_scalar()) settings.metadata[member.key] = member.value.text();
    }
  }

  std::optional<CodeSource> ReadCodeSource(const Value& source) {
    std::vector<std::string> present;
    CodeSource read;
    for (const SourceKind& kind : kSourceKinds) {
      const Value* target = source.Find(kind.key);
      if (target == nullptr) continue;
      present.emplace_back(kind.key);
      read.kind = kind.kind;
      read.target = target->text();
    }
    CheckArguments(source);
    if (present.size() != 1) {
      Tell("code-source", source.mark(),
           {present.empty() ? "a codeSource that names no code" : Join(present, " and "),
            "exactly one of pythonFile, moduleName, packageName and autoloadDefsModuleName",
            present.empty() ? "name the code" : "remove all but one, or set what a lower layer gives to null"});
      return std::nullopt;
    }
    read.attribute = Text(source, "attribute");
    read.working_directory = Text(source, "workingDirectory");
    return read;
  }

  void CheckArguments(const Value& source) {
    for (const char* key : {"dagsterApiGrpcArgs", "codeServerArgs"}) {
      const Value* arguments = input_.entry.Find(key);
      if (arguments == nullptr) continue;
      Tell("code-source-and-args", source.mark(),
           {"dagitops.codeSource together with " + std::string(key) + " (" +
                At(input_.sources, arguments->mark()).Text() + ")",
            "one of the two", "remove one of them, or set what a lower layer gives to null"});
    }
  }

  std::optional<ExternalServer> ReadExternal(const Value& external) {
    if (!external.is_mapping()) return std::nullopt;
    ExternalServer server{Text(external, "host"), Integer(external.Find("port")).value_or(0), Text(external, "socket"),
                          Bool(external.Find("ssl")).value_or(false)};
    const bool has_port = external.Find("port") != nullptr;
    const bool has_socket = external.Find("socket") != nullptr;
    if (has_port == has_socket) {
      Tell("external-address", external.mark(),
           {has_port ? "port and socket" : "neither port nor socket", "exactly one of port and socket",
            has_port ? "remove one of them" : "add the port, or the socket, that the server listens on"});
    }
    if (has_port && server.host.empty()) server.host = "localhost";  // Dagster's own default
    return server;
  }

  std::optional<LocalSettings> ReadLocal(const Value& local) {
    if (!local.is_mapping()) return std::nullopt;
    return LocalSettings{InnerPath(local, "path"), Text(local, "python"), InnerPath(local, "requirements"),
                         EnvFile(local)};
  }

  // A relative one would be another file wherever the daemon is started, and below the code it would be in git.
  std::string EnvFile(const Value& local) {
    const Value* file = local.Find("envFile");
    if (file == nullptr || file->text().empty() || file->text().starts_with('/')) return Text(local, "envFile");
    Tell("relative-env-file", file->mark(),
         {"a relative path: " + Quoted(Shorten(file->text(), 80)), "an absolute path of the machine, outside of git",
          "write the whole path, such as /etc/dagitops/" + input_.name + ".env"});
    return "";
  }

  std::string InnerPath(const Value& local, std::string_view key) {
    const Value* path = local.Find(key);
    if (path == nullptr || path->text().empty()) return "";
    const std::string_view fault = PathFault(path->text());
    if (!fault.empty()) {
      Tell("bad-path", path->mark(),
           {std::string(fault) + ": " + Quoted(Shorten(path->text(), 80)),
            key == "path" ? "a folder of this repository" : "a file below `path`",
            key == "path" ? "write it as seen from the repository's root" : "write it as seen from `path`"});
      return "";
    }
    return NormalPath(path->text());
  }

  // `now`, `wait`, `wait 30m` or {wait: 30m}.
  RunsPolicy ReadRuns(const Value& runs) {
    if (runs.text() == "now") return {.wait = false};
    if (runs.text() == "wait") return {};
    std::string_view limit = runs.text();
    Mark mark = runs.mark();
    if (const Value* wait = runs.Find("wait")) {
      limit = wait->text();
      mark = wait->mark();
    } else if (limit.starts_with("wait ")) {
      limit = Trim(limit.substr(5));
    } else {
      limit = {};
    }
    const std::optional<Duration> duration = ParseDuration(limit);
    if (duration) return {.wait = true, .limit = *duration};
    Tell("bad-duration", mark,
         {runs.is_mapping() ? "no duration that can be read" : Quoted(Shorten(runs.text(), 40)),
          "`now`, or `wait` and a duration such as 30m or 1h30m", "write `runs: wait 30m` or `runs: now`"});
    return {};
  }

  static void ReadIgnores(const Value& ignores, LocationSettings& settings) {
    for (const Value& ignore : ignores.items()) {
      LintIgnore read{Text(ignore, "code"), Text(ignore, "reason")};
      if (!read.code.empty()) settings.lint_ignore.push_back(std::move(read));
    }
  }

  const BlockInput& input_;
  Diagnostics& diagnostics_;
};

}  // namespace

LocationSettings ReadSettings(const BlockInput& input, Diagnostics& diagnostics) {
  return Reader(input, diagnostics).Read();
}

Value ArgumentsOf(const CodeSource& source, const Mark& mark) {
  Value::Sequence arguments;
  const auto add = [&](std::string_view flag, const std::string& value) {
    if (value.empty()) return;
    arguments.push_back(Value::String(std::string(flag), mark));
    arguments.push_back(Value::String(value, mark));
  };
  for (const SourceKind& kind : kSourceKinds) {
    if (kind.kind == source.kind) add(kind.flag, source.target);
  }
  add("--attribute", source.attribute);
  add("--working-directory", source.working_directory);
  return Value::List(std::move(arguments), mark);
}

std::string Fingerprint(const LocationSettings& settings) {
  Value::Sequence parts;
  const auto text = [&](const std::string& part) { parts.push_back(Value::String(part)); };
  const auto number = [&](long long part) { parts.push_back(Value::Integer(part)); };
  text(settings.location_name);
  text(settings.owner);
  number(settings.order);
  number(static_cast<int>(settings.gate));
  number(settings.runs.wait ? settings.runs.limit.count() : -1);
  for (const auto& [key, value] : settings.metadata) {
    text(key);
    text(value);
  }
  number(settings.code_source ? static_cast<int>(settings.code_source->kind) : -1);
  if (const auto& source = settings.code_source) {
    for (const std::string* part : {&source->target, &source->attribute, &source->working_directory}) text(*part);
  }
  number(settings.external ? settings.external->port : -1);
  if (const auto& external = settings.external) {
    text(external->host);
    text(external->socket);
    number(external->ssl ? 1 : 0);
  }
  number(settings.local ? 1 : 0);
  if (const auto& local = settings.local) {
    for (const std::string* part : {&local->path, &local->python, &local->requirements, &local->env_file}) text(*part);
  }
  return yaml::Canonical(Value::List(std::move(parts)));
}

}  // namespace dagitops::workspace
