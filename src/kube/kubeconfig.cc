#include <filesystem>

#include "dagitops/base/base64.h"
#include "dagitops/base/text.h"
#include "dagitops/kube/cluster_access.h"
#include "dagitops/model/value.h"
#include "dagitops/yaml/parse.h"

namespace dagitops::kube {
namespace {

constexpr std::string_view kVersions[] = {"client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"};

struct Unsupported {
  const char* key;
  const char* hint;
};
constexpr Unsupported kOfCluster[] = {{"proxy-url", "set the variable https_proxy instead"}};
constexpr Unsupported kOfUser[] = {
    {"username", "use a token, a client certificate or an exec plugin"},
    {"password", "use a token, a client certificate or an exec plugin"},
    {"auth-provider", "use an exec plugin"},
    {"as", "use the credentials of that user"},
    {"as-uid", "use the credentials of that user"},
    {"as-groups", "use the credentials of a user in these groups"},
    {"as-user-extra", "use the credentials of that user"},
};

// One kubeconfig while it is read. Every fault says where it is.
class Reader {
 public:
  Reader(const std::string& file, const ReadFile& read) : file_(file), read_(read) {}

  Error Fault(Mark mark, std::string message, std::string hint = "") const {
    const Position position{file_, static_cast<int>(mark.line), mark.column};
    return {ErrorKind::kInvalid, "kubeconfig-invalid", position.Text(), std::move(message), std::move(hint)};
  }

  // A scalar member's text, "" when it is absent or null.
  Result<std::string> Text(const Value& map, std::string_view key) const {
    const Value* value = map.Find(key);
    if (value == nullptr || value->is_null()) return std::string();
    if (!value->is_scalar()) return Fault(value->mark(), std::string(key) + " must be a string");
    return value->text();
  }

  Result<bool> Bool(const Value& map, std::string_view key) const {
    DAGITOPS_ASSIGN(const std::string text, Text(map, key));
    if (text.empty() || text == "false") return false;
    if (text == "true") return true;
    return Fault(map.Find(key)->mark(), std::string(key) + " must be true or false");
  }

  // The `kind` of the entry called `name` in the list `list`, where each is {name, <kind>}.
  Result<Value> Named(const Value& root, const std::string& kind, const std::string& name) const {
    const std::string list = kind + "s";
    const Value* entries = root.Find(list);
    std::vector<std::string> names;
    for (const Value& entry : entries == nullptr ? Value::Sequence() : entries->items()) {
      DAGITOPS_ASSIGN(std::string called, Text(entry, "name"));
      if (called == name) {
        const Value* found = entry.Find(kind);
        return found == nullptr ? Value::Map({}, entry.mark()) : *found;
      }
      names.push_back(std::move(called));
    }
    const auto near = DidYouMean(name, names);
    const std::string others = names.empty() ? "it has no " + list + " at all" : "it has " + Join(names, ", ");
    return Fault(root.mark(), "there is no " + kind + " " + Quoted(name),
                 near ? "did you mean " + Quoted(*near) + "?" : others);
  }

  // As clientcmd does it: a path in a kubeconfig starts at the kubeconfig's folder.
  std::string Resolve(const std::string& path) const {
    return (std::filesystem::path(file_).parent_path() / path).lexically_normal().string();
  }

  // PEM that stands in the file as <key>-data, or in another file that <key> names; the first one wins.
  Result<std::string> Pem(const Value& map, const std::string& key) const {
    DAGITOPS_ASSIGN(const std::string data, Text(map, key + "-data"));
    DAGITOPS_ASSIGN(const std::string path, Text(map, key));
    if (data.empty() && path.empty()) return std::string();
    const std::string used = data.empty() ? key : key + "-data";
    const Mark mark = map.Find(used)->mark();
    std::string pem;
    if (data.empty()) {
      DAGITOPS_ASSIGN(pem, read_(Resolve(path)));
    } else {
      const auto decoded = Base64Decode(data);
      if (!decoded) return Fault(mark, used + " is not base64");
      pem = *decoded;
    }
    if (pem.find("-----BEGIN ") == std::string::npos) return Fault(mark, used + " has no PEM block");
    return pem;
  }

  template <std::size_t size>
  Status Supported(const Value& map, const Unsupported (&keys)[size]) const {
    for (const Unsupported& unsupported : keys) {
      const Value* value = map.Find(unsupported.key);
      if (value != nullptr && !value->is_null() && !(value->is_scalar() && value->text().empty())) {
        return Fault(value->mark(), std::string(unsupported.key) + " is not supported", unsupported.hint);
      }
    }
    return Ok();
  }

 private:
  const std::string& file_;
  const ReadFile& read_;
};

Status ReadCluster(const Reader& reader, const Value& cluster, ClusterAccess& access) {
  DAGITOPS_TRY(reader.Supported(cluster, kOfCluster));
  DAGITOPS_ASSIGN(access.server, reader.Text(cluster, "server"));
  while (access.server.ends_with('/')) access.server.pop_back();
  if (!access.server.starts_with("https://") && !access.server.starts_with("http://")) {
    return reader.Fault(cluster.mark(), "the cluster's server is no URL with https:// or http://");
  }
  DAGITOPS_ASSIGN(access.authorities, reader.Pem(cluster, "certificate-authority"));
  DAGITOPS_ASSIGN(access.tls_server_name, reader.Text(cluster, "tls-server-name"));
  DAGITOPS_ASSIGN(access.insecure, reader.Bool(cluster, "insecure-skip-tls-verify"));
  // As client-go has it (v0.34, transport/transport.go, TLSConfigFor).
  if (access.insecure && !access.authorities.empty()) {
    return reader.Fault(cluster.mark(), "insecure-skip-tls-verify and a certificate authority exclude each other",
                        "remove insecure-skip-tls-verify");
  }
  return Ok();
}

Status ReadLists(const Reader& reader, const Value& exec, ExecPlugin& plugin) {
  if (const Value* arguments = exec.Find("args")) {
    for (const Value& argument : arguments->items()) {
      if (!argument.is_scalar()) return reader.Fault(argument.mark(), "an argument of the plugin must be a string");
      plugin.arguments.push_back(argument.text());
    }
  }
  if (const Value* variables = exec.Find("env")) {
    for (const Value& variable : variables->items()) {
      DAGITOPS_ASSIGN(const std::string name, reader.Text(variable, "name"));
      if (name.empty()) return reader.Fault(variable.mark(), "a variable of the plugin has no name");
      DAGITOPS_ASSIGN(plugin.environment[name], reader.Text(variable, "value"));
    }
  }
  return Ok();
}

Result<ExecPlugin> ReadExec(const Reader& reader, const Value& exec) {
  ExecPlugin plugin;
  DAGITOPS_ASSIGN(plugin.api_version, reader.Text(exec, "apiVersion"));
  DAGITOPS_ASSIGN(plugin.command, reader.Text(exec, "command"));
  DAGITOPS_ASSIGN(plugin.provide_cluster_info, reader.Bool(exec, "provideClusterInfo"));
  if (plugin.api_version != kVersions[0] && plugin.api_version != kVersions[1]) {
    return reader.Fault(exec.mark(), "the exec plugin's apiVersion must be " + std::string(kVersions[0]) + " or " +
                                         std::string(kVersions[1]));
  }
  if (plugin.command.empty()) return reader.Fault(exec.mark(), "the exec plugin has no command");
  // A bare name is found by PATH, any other relative path starts at the kubeconfig's folder.
  if (plugin.command.find('/') != std::string::npos) plugin.command = reader.Resolve(plugin.command);
  DAGITOPS_TRY(ReadLists(reader, exec, plugin));
  return plugin;
}

Status ReadUser(const Reader& reader, const Value& user, ClusterAccess& access) {
  DAGITOPS_TRY(reader.Supported(user, kOfUser));
  DAGITOPS_ASSIGN(access.client_certificate, reader.Pem(user, "client-certificate"));
  DAGITOPS_ASSIGN(std::string key, reader.Pem(user, "client-key"));
  if (access.client_certificate.empty() != key.empty()) {
    return reader.Fault(user.mark(), "the user has only one of client certificate and client key");
  }
  access.client_key = Secret(std::move(key));
  DAGITOPS_ASSIGN(std::string token, reader.Text(user, "token"));
  access.token = Secret(std::move(token));
  DAGITOPS_ASSIGN(const std::string token_file, reader.Text(user, "tokenFile"));
  if (!token_file.empty()) access.token_file = reader.Resolve(token_file);
  const Value* exec = user.Find("exec");
  if (exec == nullptr || exec->is_null()) return Ok();
  DAGITOPS_ASSIGN(access.exec, ReadExec(reader, *exec));
  return Ok();
}

Result<std::string> ContextName(const Reader& reader, const Value& root, const std::string& chosen) {
  if (!chosen.empty()) return chosen;
  DAGITOPS_ASSIGN(std::string current, reader.Text(root, "current-context"));
  if (current.empty()) {
    return reader.Fault(root.mark(), "the kubeconfig has no current-context", "name the context to use");
  }
  return current;
}

}  // namespace

Result<ClusterAccess> ParseKubeconfig(std::string_view text, const KubeconfigChoice& choice, const ReadFile& read) {
  const Reader reader(choice.file, read);
  const yaml::Parsed parsed = yaml::Parse(text, choice.file, Layer::kBuiltin);
  if (!parsed.diagnostics.empty()) {  // their words may quote the file
    const Diagnostic& first = parsed.diagnostics.front();
    return Error{ErrorKind::kInvalid, "kubeconfig-invalid", first.position.Text(),
                 "the kubeconfig cannot be read as YAML: " + first.code, "kubectl config view  # with that file"};
  }
  const Value& root = parsed.root;
  if (!root.is_mapping()) return reader.Fault({}, "it is no kubeconfig: its root is no mapping");
  ClusterAccess access;
  DAGITOPS_ASSIGN(const std::string name, ContextName(reader, root, choice.context));
  DAGITOPS_ASSIGN(const Value context, reader.Named(root, "context", name));
  DAGITOPS_ASSIGN(const std::string cluster_name, reader.Text(context, "cluster"));
  DAGITOPS_ASSIGN(const std::string user_name, reader.Text(context, "user"));
  DAGITOPS_ASSIGN(std::string name_space, reader.Text(context, "namespace"));
  if (!name_space.empty()) access.name_space = std::move(name_space);
  DAGITOPS_ASSIGN(const Value cluster, reader.Named(root, "cluster", cluster_name));
  DAGITOPS_TRY(ReadCluster(reader, cluster, access));
  if (user_name.empty()) return access;
  DAGITOPS_ASSIGN(const Value user, reader.Named(root, "user", user_name));
  DAGITOPS_TRY(ReadUser(reader, user, access));
  return access;
}

}  // namespace dagitops::kube
