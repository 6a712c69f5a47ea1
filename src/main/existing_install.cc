#include "main/existing_install.h"

#include "dagitops/kube/credentials.h"
#include "dagitops/kube/rest_api_client.h"
#include "dagitops/target/kubernetes/read_install.h"

#include "main/kubernetes_settings.h"
#include "main/machine.h"
#include "main/own_folder.h"

namespace dagitops {

Result<ExistingInstall> ReadExistingInstall(const config::Settings& settings, const std::string& environment,
                                            const std::map<std::string, std::string>& variables) {
  const OwnFolder folder;
  Machine machine;
  const EnvironmentOrigin origin{settings, environment, variables, machine};
  const std::string kubeconfig = KubeconfigOf(origin);
  DAGITOPS_ASSIGN(kube::ClusterAccess access, AccessOf(origin, kubeconfig));
  kubernetes::Options options = TargetOptions(origin, kubeconfig, access.server);
  options.folder = folder.path();
  kube::Credentials credentials(std::move(access), {machine.commands, machine.clock, kube::ReadAccessFile, variables});
  kube::RestApiClient api({machine.http, credentials, machine.clock, machine.random});
  return kubernetes::ReadInstall(options, api, machine.commands);
}

}  // namespace dagitops
