#include "import/workspace_file.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <optional>
#include <set>

#include "dagitops/base/counted.h"
#include "dagitops/base/text.h"

#include "import/scalars.h"

namespace dagitops::import {
namespace {

struct PythonKind {
  std::string_view key;
  CodeSource::Kind kind;
  std::string_view target;  // the key that names the code
};
constexpr std::array<PythonKind, 4> kPythonKinds{
    {{"python_file", CodeSource::Kind::kPythonFile, "relative_path"},
     {"python_module", CodeSource::Kind::kModuleName, "module_name"},
     {"python_package", CodeSource::Kind::kPackageName, "package_name"},
     {"autoload_defs_module", CodeSource::Kind::kAutoloadDefsModuleName, "module_name"}}};
constexpr std::array<std::string_view, 6> kServerKeys{"host",          "port", "socket",
                                                      "location_name", "ssl",  "additional_metadata"};
constexpr std::array<std::string_view, 4> kPythonKeys{"attribute", "location_name", "working_directory",
                                                      "executable_path"};

// `path` without "." and doubled slashes; nullopt when it leaves the folder it starts in.
std::optional<std::string> Inside(const std::string& path) {
  std::string normal = std::filesystem::path(path).lexically_normal().generic_string();
  while (normal.size() > 1 && normal.back() == '/') normal.pop_back();
  if (normal == ".") normal.clear();
  if (normal == ".." || normal.starts_with("../")) return std::nullopt;
  return normal;
}

class Reader {
 public:
  Reader(const WorkspaceContext& context, Found& found) : context_(context), found_(found) {}

  void Read(const Value& root) {
    const std::size_t python_before = found_.python.size();
    for (const auto& member : root.members()) {
      if (member.key != "load_from") RefuseKey(member.key, At(context_.file, member.mark), "load_from");
    }
    const Value& load_from = *root.Find("load_from");
    if (!load_from.is_sequence()) {
      return Refuse(found_, "import-workspace", At(context_.file, load_from.mark()),
                    {"load_from: " + Show(&load_from), "a list", "write `load_from: []` for none"});
    }
    found_.has_server_list = true;
    for (const Value& item : load_from.items()) ReadItem(item);
    const std::size_t count = found_.python.size() - python_before;
    if (count > 0) TellAboutCode(count);
  }

 private:
  void ReadItem(const Value& item) {
    const auto& members = item.members();
    if (members.size() != 1) {
      return Refuse(found_, "import-workspace", At(context_.file, item.mark()),
                    {members.empty() ? Show(&item) : "several keys", "one key such as grpc_server",
                     "write one item for each location"});
    }
    const auto& [key, mark, value] = members.front();
    if (key == "grpc_server") return ReadServer(value);
    for (const PythonKind& kind : kPythonKinds) {
      if (key == kind.key) return ReadPython(kind, value);
    }
    RefuseKey(key, At(context_.file, mark), "grpc_server, python_file, python_module, python_package");
  }

  void ReadServer(const Value& value) {
    const std::size_t faults = found_.diagnostics.size();
    CheckKeys(value, [](std::string_view key) {
      return std::find(kServerKeys.begin(), kServerKeys.end(), key) != kServerKeys.end();
    });
    Server server;
    server.place = At(context_.file, value.mark());
    server.address.host = Text(value, "host");
    server.address.socket = Text(value, "socket");
    server.location_name = Text(value, "location_name");
    server.address.port = Port(value);
    server.address.ssl = Ssl(value);
    ReadMetadata(value, server);
    if (found_.diagnostics.size() != faults) return;
    if ((server.address.port == 0) == server.address.socket.empty()) {
      return Refuse(found_, "import-server", server.place,
                    {server.address.port == 0 ? "neither port nor socket" : "port and socket",
                     "exactly one of port and socket", "give it one of them"});
    }
    // As Dagster has it: host localhost, name grpc:<host>:<port or socket>.
    if (server.address.host.empty()) server.address.host = "localhost";
    const std::string end = server.address.port == 0 ? server.address.socket : std::to_string(server.address.port);
    if (server.location_name.empty()) server.location_name = "grpc:" + server.address.host + ":" + end;
    if (!server.address.socket.empty()) server.address.host.clear();
    server.rank = found_.NextRank();
    found_.servers.push_back(std::move(server));
  }

  int Port(const Value& value) {
    const Value* port = value.Find("port");
    if (port == nullptr || port->is_null()) return 0;
    const auto number = port->is_mapping() ? ToNumber(Text(value, "port")) : AsInteger(port);
    if (number && *number > 0 && *number <= 65535) return *number;
    // A variable without a value was told already.
    if (!port->is_mapping() || !Text(value, "port").empty()) {
      Refuse(found_, "import-server", At(context_.file, port->mark()),
             {"port " + Show(port), "an integer between 1 and 65535", "write the number without quotes"});
    }
    return 0;
  }

  bool Ssl(const Value& value) {
    const Value* ssl = value.Find("ssl");
    if (ssl == nullptr || ssl->is_null()) return false;
    const auto truth = AsBool(ssl);
    if (!truth) {
      Refuse(found_, "import-workspace", At(context_.file, ssl->mark()),
             {"ssl: " + Show(ssl), "true or false", "write it without quotes"});
    }
    return truth.value_or(false);
  }

  static std::optional<int> ToNumber(const std::string& text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
  }

  void ReadMetadata(const Value& value, Server& server) {
    const Value* metadata = value.Find("additional_metadata");
    if (metadata == nullptr) return;
    for (const auto& member : metadata->members()) {
      if (member.value.is_scalar()) {
        server.metadata[member.key] = member.value.text();
        continue;
      }
      Refuse(found_, "import-workspace", At(context_.file, member.mark),
             {"additional_metadata." + member.key + ": " + Show(&member.value), "a text", "write it as one text"});
    }
  }

  void ReadPython(const PythonKind& kind, const Value& value) {
    const std::size_t faults = found_.diagnostics.size();
    PythonCode code;
    code.place = At(context_.file, value.mark());
    code.code_folder = context_.code_folder;
    code.source.kind = kind.kind;
    if (value.is_mapping()) {
      CheckKeys(value, [&](std::string_view key) {
        return key == kind.target || std::find(kPythonKeys.begin(), kPythonKeys.end(), key) != kPythonKeys.end();
      });
      code.source.target = Text(value, kind.target);
      code.source.attribute = Text(value, "attribute");
      code.source.working_directory = Text(value, "working_directory");
      code.python = Text(value, "executable_path");
      code.location_name = Text(value, "location_name");
    } else {
      code.source.target = AsString(&value).value_or("");
    }
    if (found_.diagnostics.size() != faults) return;
    if (code.source.target.empty()) {
      return Refuse(found_, "import-workspace", code.place,
                    {std::string(kind.key) + " without " + std::string(kind.target), "what to load", "name the code"});
    }
    if (code.location_name.empty()) code.location_name = DefaultName(code.source);
    code.rank = found_.NextRank();
    if (SettlePaths(value, kind, code)) found_.python.push_back(std::move(code));
  }

  // The file's own name, or the whole dotted name, and the attribute behind a colon.
  static std::string DefaultName(const CodeSource& source) {
    const bool file = source.kind == CodeSource::Kind::kPythonFile;
    const std::string name = file ? std::filesystem::path(source.target).filename().string() : source.target;
    return source.attribute.empty() ? name : name + ":" + source.attribute;
  }

  // Relative paths must stay below the folder of workspace.yaml, which becomes a folder of the repository.
  bool SettlePaths(const Value& value, const PythonKind& kind, PythonCode& code) {
    const auto settle = [&](std::string& path, std::string_view key) {
      if (path.empty() || path.starts_with('/')) return true;
      const auto inside = Inside(path);
      if (inside) {
        path = *inside;
        return true;
      }
      const Value* at = value.Find(key);
      Refuse(found_, "import-path-outside", At(context_.file, (at == nullptr ? value : *at).mark()),
             {Quoted(path), "a path below the folder of workspace.yaml, which becomes a folder of the repository",
              "move workspace.yaml up to a folder that holds all the code, with paths from there, and import that"});
      return false;
    };
    const bool file = kind.kind != CodeSource::Kind::kPythonFile || settle(code.source.target, kind.target);
    return settle(code.source.working_directory, "working_directory") && file;
  }

  void TellAboutCode(std::size_t count) {
    found_.notes.push_back(context_.file + ": " + Counted(count, "location") +
                           " run from Python code. Put the folder that holds this file into the repository as " +
                           context_.code_folder + "/, or change dagitops.local.path.");
    const auto begin = found_.python.end() - static_cast<std::ptrdiff_t>(count);
    std::set<std::string> relative;
    for (auto code = begin; code != found_.python.end(); ++code) {
      if (!code->python.empty() && !code->python.starts_with('/')) relative.insert(code->python);
    }
    for (const std::string& python : relative) {
      found_.notes.push_back(context_.file + ": interpreter " + python +
                             " is a relative path; make it absolute, or set dagitops.local.requirements instead.");
    }
  }

  template <class Known>
  void CheckKeys(const Value& value, Known known) {
    if (!value.is_mapping()) {
      return Refuse(found_, "import-workspace", At(context_.file, value.mark()),
                    {Show(&value), "a mapping", "write its keys below it"});
    }
    for (const auto& member : value.members()) {
      if (!known(member.key)) RefuseKey(member.key, At(context_.file, member.mark), "a key that Dagster knows");
    }
  }

  void RefuseKey(const std::string& key, Position place, std::string expected) {
    Refuse(found_, "import-workspace", std::move(place),
           {"key " + Quoted(Shorten(key, 80)), std::move(expected), "remove it: Dagster refuses the file as it is"});
  }

  // A text, or the value of the variable it is to be taken from. "" when absent or told as a fault.
  std::string Text(const Value& mapping, std::string_view key) {
    const Value* value = mapping.Find(key);
    if (value == nullptr || value->is_null()) return "";
    if (const Value* variable = value->Find("env"); variable != nullptr && value->members().size() == 1) {
      return Variable(*variable);
    }
    if (const auto text = AsString(value)) return *text;
    Refuse(found_, "import-workspace", At(context_.file, value->mark()),
           {std::string(key) + ": " + Show(value), "a text", "put it between quotes"});
    return "";
  }

  std::string Variable(const Value& variable) {
    const auto known = context_.variables.find(variable.text());
    if (known != context_.variables.end()) {
      if (told_variables_.insert(variable.text()).second) {
        found_.notes.push_back(At(context_.file, variable.mark()).Text() + ": the value of $" + variable.text() +
                               " was written down; it is not read from the environment any more.");
      }
      return known->second;
    }
    if (told_variables_.insert(variable.text()).second) {
      Refuse(found_, "import-variable", At(context_.file, variable.mark()),
             {"a value from the environment variable " + variable.text(), "a value to write down",
              "set it and import again: " + variable.text() + "=VALUE dagitops import ..."});
    }
    return "";
  }

  const WorkspaceContext& context_;
  Found& found_;
  std::set<std::string> told_variables_;
};

}  // namespace

void ReadWorkspaceFile(const WorkspaceContext& context, const Value& root, Found& found) {
  Reader(context, found).Read(root);
}

}  // namespace dagitops::import
