#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dagitops/base/result.h"
#include "dagitops/base/secret.h"

namespace dagitops::kube {

// A program that gives credentials, as a kubeconfig names it.
// https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
struct ExecPlugin {
  std::string api_version;  // client.authentication.k8s.io/v1 or .../v1beta1
  std::string command;      // an absolute path, or a name to be found by PATH
  std::vector<std::string> arguments;
  std::map<std::string, std::string> environment;  // on top of ours
  bool provide_cluster_info = false;               // it wants to be told which cluster it is for
};

// Where an API server is, how it is known to be the right one, and how we prove who we are. One of token_file, token,
// the certificate and exec counts, in this order; without any of them requests are anonymous. A certificate is shown
// beside a token as well.
struct ClusterAccess {
  std::string server;              // "https://host:6443", perhaps with a path, never with a slash at its end
  std::string authorities;         // PEM, the only ones trusted; empty: those of this machine
  std::string tls_server_name;     // instead of the URL's host; empty: the URL's host
  bool insecure = false;           // whoever answers is taken for the server
  std::string client_certificate;  // PEM; empty: none
  Secret client_key;               // PEM
  Secret token;
  std::string token_file;  // replaced from time to time by whoever gives the token
  std::optional<ExecPlugin> exec;
  std::string name_space = "default";  // for objects that name none
};

// The text of a file; an error names it.
using ReadFile = std::function<Result<std::string>(const std::string& path)>;

// ReadFile from disk, of at most 1 MiB. kInvalid "file-missing", "file-unreadable", "file-too-large".
Result<std::string> ReadAccessFile(const std::string& path);

struct KubeconfigChoice {
  std::string file;     // where the text was read: relative paths in it start at its folder
  std::string context;  // empty: its current-context
};

// One context of a kubeconfig (https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/). What it asks for and is
// not done here is a fault, never passed over: proxy-url, impersonation (as, as-uid, as-groups, as-user-extra),
// passwords and auth-provider, which Kubernetes 1.34 does not know any more. interactiveMode is: a plugin never gets a
// terminal.
//
// Pure but for `read`. Error: kInvalid "kubeconfig-invalid", subject "file:line:column". No value of the file is shown.
Result<ClusterAccess> ParseKubeconfig(std::string_view text, const KubeconfigChoice& choice, const ReadFile& read);

// The access of the pod that we run in, by its service account: the variables KUBERNETES_SERVICE_HOST and _PORT, and
// the files below /var/run/secrets/kubernetes.io/serviceaccount
// (https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/).
//
// Errors: kInvalid "kube-not-in-cluster"; those of `read`.
Result<ClusterAccess> InClusterAccess(const std::map<std::string, std::string>& environment, const ReadFile& read);

}  // namespace dagitops::kube
