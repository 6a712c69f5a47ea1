#include "main/cluster_questions.h"

#include <utility>

#include "dagitops/kube/credentials.h"
#include "dagitops/kube/rest_api_client.h"
#include "dagitops/target/kubernetes/diff_objects.h"
#include "dagitops/target/kubernetes/read_install.h"

#include "main/kubernetes_settings.h"
#include "main/machine.h"
#include "main/own_folder.h"

namespace dagitops {
namespace {

// Calls `ask` with all that it takes to ask an API server and helm, which keeps its files in a folder of its own.
template <class Ask>
auto AskCluster(const config::Settings& settings, const std::string& environment,
                const std::map<std::string, std::string>& variables, const Ask& ask)
    -> decltype(ask(std::declval<kubernetes::Options&>(), std::declval<kube::ApiClient&>(),
                    std::declval<CommandRunner&>())) {
  const OwnFolder folder;
  Machine machine;
  const EnvironmentOrigin origin{settings, environment, variables, machine};
  const std::string kubeconfig = KubeconfigOf(origin);
  DAGITOPS_ASSIGN(kube::ClusterAccess access, AccessOf(origin, kubeconfig));
  kubernetes::Options options = TargetOptions(origin, kubeconfig, access.server);
  options.folder = folder.path();
  kube::Credentials credentials(std::move(access), {machine.commands, machine.clock, kube::ReadAccessFile, variables});
  kube::RestApiClient api({machine.http, credentials, machine.clock, machine.random});
  return ask(options, api, machine.commands);
}

Status CheckCluster(const config::Settings& settings, const std::string& environment) {
  const auto found = settings.environments.find(environment);
  if (found != settings.environments.end() && found->second.target == "kubernetes") return Ok();
  const std::string target =
      found == settings.environments.end() ? "not in the settings" : "of target " + found->second.target;
  return Error{ErrorKind::kInvalid, "no-cluster", "environment " + environment,
               "it is " + target + ", so there is no cluster to ask",
               "name the settings of its daemon by --config, or leave --diff out"};
}

}  // namespace

Result<ExistingInstall> ReadExistingInstall(const config::Settings& settings, const std::string& environment,
                                            const std::map<std::string, std::string>& variables) {
  return AskCluster(settings, environment, variables,
                    [](kubernetes::Options& options, kube::ApiClient& api, CommandRunner& commands) {
                      return kubernetes::ReadInstall(options, api, commands);
                    });
}

Result<std::vector<ObjectChange>> DiffClusterObjects(const config::Settings& settings, const std::string& environment,
                                                     const std::map<std::string, std::string>& variables,
                                                     const Desired& desired, const Plan& plan) {
  DAGITOPS_TRY(CheckCluster(settings, environment));
  return AskCluster(settings, environment, variables,
                    [&](kubernetes::Options& options, kube::ApiClient& api, CommandRunner& commands) {
                      return kubernetes::DiffObjects(options, api, commands, desired, plan);
                    });
}

}  // namespace dagitops
