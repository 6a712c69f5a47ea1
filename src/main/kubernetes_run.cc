#include <algorithm>
#include <csignal>
#include <list>
#include <memory>
#include <stop_token>
#include <thread>
#include <utility>

#include "dagitops/base/log.h"
#include "dagitops/dagster/graphql_gateway.h"
#include "dagitops/kube/api_http_client.h"
#include "dagitops/kube/cluster_access.h"
#include "dagitops/kube/credentials.h"
#include "dagitops/kube/rest_api_client.h"
#include "dagitops/render/kubernetes.h"
#include "dagitops/target/kubernetes/kubernetes_target.h"

#include "main/environment_run.h"
#include "main/git_settings.h"
#include "main/kubernetes_hands.h"
#include "main/kubernetes_settings.h"

namespace dagitops {
namespace {

constexpr Duration kReloadPause = std::chrono::milliseconds(300);  // the kubelet brings the file in about this time
constexpr Duration kSyncPatience = std::chrono::seconds(10);
constexpr Duration kSyncLook = std::chrono::milliseconds(20);
constexpr Duration kPublishEvery = std::chrono::seconds(2);

// What the render layer has to know of our settings.
Result<render::KubernetesOptions> RenderOptions(const config::KubernetesSettings& settings) {
  render::KubernetesOptions options;
  DAGITOPS_ASSIGN(options.chart, IdentityOf(settings.chart));
  const config::ChartSettings& system = settings.system.chart;
  if (!system.path.empty() || !system.repository.empty()) {
    DAGITOPS_ASSIGN(options.system_chart, IdentityOf(system));
  }
  options.workspace_config_map = settings.workspace_config_map;
  return options;
}

// One collection with the client that follows it, which has to be stopped on its own.
class Followed {
 public:
  using Observe = std::function<void(std::string_view, int)>;

  Followed(const kube::RestApiClient::Parts& api, const kubernetes::Follow& follow, std::function<void()> changed,
           Observe observe)
      : client_(api, ClientOptions(follow, std::move(observe))),
        collection_({client_, api.clock, api.random}, {follow.path, stop_, std::move(changed)}) {
    collection_.Start();
  }

  kube::CollectionSnapshot Snapshot() const { return collection_.Snapshot(); }

 private:
  kube::RestApiClient::Options ClientOptions(const kubernetes::Follow& follow, Observe observe) const {
    kube::RestApiClient::Options options;
    options.observe = std::move(observe);
    options.stop = stop_.get_token();
    options.metadata_only = follow.metadata_only;
    return options;
  }

  std::stop_source stop_;
  kube::RestApiClient client_;
  kube::Collection collection_;
};

class KubernetesRun final : public EnvironmentRun {
 public:
  static Result<std::unique_ptr<EnvironmentRun>> Open(const EnvironmentOrigin& origin) {
    git::GitSettings git = ToGitSettings(origin.settings.source, origin.settings.state_dir);
    git.keep_scope = origin.name;
    DAGITOPS_ASSIGN(auto source, git::OpenGitSource(git));
    const std::string kubeconfig = KubeconfigOf(origin);
    DAGITOPS_ASSIGN(kube::ClusterAccess access, AccessOf(origin, kubeconfig));
    DAGITOPS_ASSIGN(render::KubernetesOptions rendering, RenderOptions(origin.environment().kubernetes));
    for (const std::string& folder : {std::string("/helm"), "/helm/" + origin.name})
      MakePrivate(origin.settings.state_dir + folder);
    kubernetes::Options options = TargetOptions(origin, kubeconfig, access.server);
    EndHelms(origin.machine, options.folder);
    auto run = std::unique_ptr<KubernetesRun>(
        new KubernetesRun(std::move(source), origin, std::move(access), std::move(options)));
    run->WaitForCluster();
    DAGITOPS_TRY(run->MakeReconcilers(origin, *run->target_, run->gateway_,
                                      ReconcilerOptions(origin.environment(), std::move(rendering))));
    return std::unique_ptr<EnvironmentRun>(std::move(run));
  }

  std::optional<std::string> WhyNot() const override { return hands_.WhyNot(); }

 private:
  // So that the first pass has something to go by. It is no error if nobody answers: that is for the passes to tell.
  void WaitForCluster() const {
    const SteadyTime end = machine_.clock.Steady() + kSyncPatience;
    const auto settled = [](const Followed& followed) {
      const kube::CollectionSnapshot snapshot = followed.Snapshot();
      return snapshot.synced || snapshot.error;
    };
    while (machine_.clock.Steady() < end && !std::all_of(followed_.begin(), followed_.end(), settled))
      std::this_thread::sleep_for(kSyncLook);
  }

  KubernetesRun(std::unique_ptr<git::RepositorySource> source, const EnvironmentOrigin& origin,
                kube::ClusterAccess access, kubernetes::Options options)
      : EnvironmentRun(std::move(source)),
        machine_(origin.machine),
        credentials_(std::move(access), {machine_.commands, machine_.clock, kube::ReadAccessFile, origin.variables}),
        api_parts_{http_, credentials_, machine_.clock, machine_.random},
        api_(api_parts_, ApiOptions(origin)),
        hands_(origin, {api_parts_, api_, options.kubeconfig.empty(), options.folder}),
        pods_({machine_.stopping_http, credentials_, machine_.clock}),
        gateway_(pods_) {
    const auto wake = [&machine = machine_, name = origin.name] { machine.wake(name); };
    const auto follow = [this, wake, name = origin.name](const kubernetes::Follow& what) {
      const Followed& followed = followed_.emplace_back(api_parts_, what, wake, CountRequests(machine_, name));
      return [&followed] { return followed.Snapshot(); };
    };
    target_ = std::make_unique<kubernetes::KubernetesTarget>(
        std::move(options), kubernetes::Seams{hands_.api(), follow, hands_.commands(), machine_.clock, wake});
  }

  static kube::RestApiClient::Options ApiOptions(const EnvironmentOrigin& origin) {
    kube::RestApiClient::Options options;
    options.stop = origin.machine.stop.get_token();
    options.observe = CountRequests(origin.machine, origin.name);
    return options;
  }

  static reconcile::EnvironmentSettings ReconcilerOptions(const config::EnvironmentSettings& environment,
                                                          render::KubernetesOptions rendering) {
    reconcile::EnvironmentSettings options;
    options.plan = {environment.kubernetes.retire_after, kPublishEvery, kReloadPause};
    options.runs_by_webserver = true;
    const config::WebserverSettings& webserver = environment.dagster.webserver;
    if (webserver.selector.empty() && webserver.url.empty()) options.verify = EnvironmentOptions::Verify::kReadiness;
    const auto renderer = std::make_shared<render::KubernetesRenderer>(std::move(rendering));
    options.render = [renderer](const Effective& effective) { return renderer->Render(effective); };
    return options;
  }

  Machine& machine_;
  CurlHttpClient http_;
  kube::Credentials credentials_;
  kube::RestApiClient::Parts api_parts_;
  kube::RestApiClient api_;
  KubernetesHands hands_;
  kube::ApiHttpClient pods_;
  GraphqlGateway gateway_;
  std::list<Followed> followed_;
  std::unique_ptr<kubernetes::KubernetesTarget> target_;
};

}  // namespace

Result<std::unique_ptr<EnvironmentRun>> OpenKubernetes(const EnvironmentOrigin& origin) {
  return KubernetesRun::Open(origin);
}

}  // namespace dagitops
