#include "dagitops/kube/cluster_access.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>

#include "dagitops/base/text.h"

namespace dagitops::kube {
namespace {

constexpr std::size_t kMaxFile = 1u << 20;
// client-go v0.34, rest/config.go, InClusterConfig.
constexpr const char* kServiceAccount = "/var/run/secrets/kubernetes.io/serviceaccount/";

Error FileError(const std::string& path, std::string code, std::string message) {
  return {ErrorKind::kInvalid, std::move(code), path, std::move(message), ""};
}

std::string Variable(const std::map<std::string, std::string>& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? "" : found->second;
}

}  // namespace

Result<std::string> ReadAccessFile(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    const int error = errno;
    if (error == ENOENT) return FileError(path, "file-missing", "there is no such file");
    return FileError(path, "file-unreadable", std::string("it cannot be read: ") + std::strerror(error));
  }
  std::string text(kMaxFile + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return FileError(path, "file-unreadable", "it cannot be read");
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kMaxFile) return FileError(path, "file-too-large", "it is larger than 1 MiB");
  text.shrink_to_fit();
  return text;
}

Result<ClusterAccess> InClusterAccess(const std::map<std::string, std::string>& environment, const ReadFile& read) {
  const std::string host = Variable(environment, "KUBERNETES_SERVICE_HOST");
  const std::string port = Variable(environment, "KUBERNETES_SERVICE_PORT");
  if (host.empty() || port.empty()) {
    return Error{ErrorKind::kInvalid, "kube-not-in-cluster", "KUBERNETES_SERVICE_HOST",
                 "this is no pod of a cluster: the variable, or KUBERNETES_SERVICE_PORT, is not set",
                 "name a kubeconfig"};
  }
  ClusterAccess access;
  access.server = "https://" + (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + port;
  DAGITOPS_ASSIGN(access.authorities, read(std::string(kServiceAccount) + "ca.crt"));
  DAGITOPS_ASSIGN(const std::string name_space, read(std::string(kServiceAccount) + "namespace"));
  access.name_space = Trim(name_space);
  access.token_file = std::string(kServiceAccount) + "token";
  return access;
}

}  // namespace dagitops::kube
