#include "dagitops/target/kubernetes/kubernetes_target.h"

#include <algorithm>
#include <set>
#include <utility>

#include "dagitops/base/log.h"
#include "dagitops/base/text.h"
#include "dagitops/render/workspace_yaml.h"

#include "target/kubernetes/adoption.h"
#include "target/kubernetes/adoption_jobs.h"
#include "target/kubernetes/beside.h"
#include "target/kubernetes/chart.h"
#include "target/kubernetes/cluster_view.h"
#include "target/kubernetes/container_logs.h"
#include "target/kubernetes/deployer.h"
#include "target/kubernetes/foreign_releases.h"
#include "target/kubernetes/helm_runner.h"
#include "target/kubernetes/jobs.h"
#include "target/kubernetes/names.h"
#include "target/kubernetes/operations.h"
#include "target/kubernetes/shared_deployer.h"
#include "target/kubernetes/survey.h"
#include "target/kubernetes/webservers.h"

namespace dagitops::kubernetes {
namespace {

constexpr Duration kCall = std::chrono::seconds(10);
constexpr int kChecks = 8;     // code of that many locations is loaded at once
constexpr int kSmallJobs = 2;  // threads for single calls of the API

std::optional<Duration> Sooner(std::optional<Duration> a, std::optional<Duration> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

std::map<std::string, std::string> WantedContents(const Desired& desired) {
  std::map<std::string, std::string> wanted;
  if (desired.base && desired.base->refused.empty()) wanted[""] = desired.base->content;
  if (desired.system) wanted[kSystemKey] = desired.system->content;
  for (const DesiredLocation& location : desired.locations) {
    if (!location.servers.empty()) wanted[location.name] = location.servers.back().content;
  }
  return wanted;
}

}  // namespace

struct KubernetesTarget::Impl {
  Impl(Options the_options, const Seams& the_seams)
      : options(std::move(the_options)),
        seams(the_seams),
        helm(HelmOf(options)),
        chart({options.chart, helm, seams.commands}),
        system_chart({options.system_chart, helm, seams.commands}),
        check({seams.api, seams.clock, options.environment, options.name_space, options.rollout_timeout}),
        runner(seams.commands, options.parallel),
        beside({seams.api, seams.clock, options.name_space, options.rollout_timeout}),
        foreign({seams.api, runner, helm, chart, options.workspace_config_map}),
        deployer({seams.api, runner, seams.clock, helm, chart, system_chart, options.environment, check, beside,
                  foreign, options.adopt}),
        shared({seams.api, runner, seams.clock, helm, chart, options.environment, check, options.adopt}),
        view(options, seams),
        logs({seams.api, calls, options.name_space}),
        helms(options.parallel, seams.wake),
        checks(kChecks, seams.wake),
        calls(kSmallJobs, seams.wake),
        adoption({seams.api, calls, foreign, options.name_space,
                  [this](const Release& release, const auto& locations) { return shared.Trim(release, locations); }}),
        operations(
            {helms, checks}, [this](const Order& order) { NoteBefore(order); },
            [this](const Order& order) { return Execute(order); },
            [this](const std::vector<Order>& orders) { return shared.Run(orders, BeforeOf(orders.front()).release); }) {
  }

  Result<Observed> Observe() {
    TakeFinished();
    DAGITOPS_TRY(view.Update());
    const WallTime now = seams.clock.Now();
    if (!operations.all().empty()) operations.Confirm(Versions(), now);
    Survey survey = MakeSurvey({options.environment, options.system_release, view.releases(), view.records(),
                                view.deployments(), view.servers(), view.workspace(), operations.all(), logs.read(),
                                now, options.rollout_timeout, options.adopt, view.services(), &view.shared()});
    logs.Fetch(survey.logs);
    FinishCutShort(survey.unfinished);
    if (survey.shared_unfinished)
      calls.Submit("finish-shared",
                   [this, release = view.releases().at(kSharedRelease)] { return shared.Finish(release); });
    look_again = Sooner(survey.look_again, operations.LookAgain(now));
    Observed observed;
    observed.now = now;
    observed.servers = std::move(survey.servers);
    NoteReady(observed.servers, now);
    observed.base = std::move(survey.base);
    observed.shared = std::move(survey.shared);
    observed.system = std::move(survey.system);
    observed.notes = std::move(survey.notes);
    if (const std::string why = WhyNotShared(); !why.empty()) {
      observed.shared = ObservedRelease{"", ServerState::kFailed, why};
      if (single) observed.notes.push_back(why);
    }
    for (const auto& [release, note] : foreign.notes()) observed.notes.push_back(note);
    const WorkspaceMap& workspace = view.workspace();
    observed.published = workspace.text;
    observed.written = workspace.written;
    observed.written_at = workspace.written_at;
    observed.edited = workspace.text && PublishedDigest(*workspace.text) != workspace.written;
    return observed;
  }

  // What a webserver was made to read before a server was ready is not from that server.
  void NoteReady(std::vector<ObservedServer>& servers, WallTime now) {
    std::map<std::pair<std::string, std::string>, WallTime> seen;
    for (ObservedServer& server : servers) {
      if (server.state != ServerState::kReady) continue;
      const auto known = ready.find({server.location, server.content});
      server.ready_since = known == ready.end() ? now : known->second;
      seen[{server.location, server.content}] = *server.ready_since;
    }
    ready = std::move(seen);
  }

  void TakeFinished() {
    for (Jobs* jobs : {&helms, &checks}) {
      for (const Jobs::Finished& job : jobs->Take()) operations.Finish(job, seams.clock.Now());
    }
    for (const Jobs::Finished& job : calls.Take()) {
      if (!job.result) Log(LogLevel::kWarning, "call failed", {{"job", job.key}, {"error", job.result.error().Text()}});
      if (!job.result) told.erase(job.key);
      adoption.Note(job, seams.clock.Now());
    }
  }

  // The versions of our locations' releases that are seen whole: the release, and what was noted about it.
  std::map<std::string, int> Versions() const {
    std::map<std::string, int> versions = SharedVersions();
    for (const auto& [name, record] : view.records()) versions[record.location] = record.applied_version;
    for (const auto& [name, release] : view.releases()) {
      if (release.environment != options.environment || release.status == Release::Status::kGone) continue;
      if (name == kSharedRelease && release.location.empty()) continue;
      const auto noted = versions.find(release.location);
      if (noted == versions.end()) {
        versions[release.location] = release.version;
      } else {
        noted->second = std::min(noted->second, release.version);
      }
    }
    return versions;
  }

  // The same of what is in the release for all. What was taken out of it counts until its Deployment is gone.
  std::map<std::string, int> SharedVersions() const {
    std::map<std::string, int> versions;
    const Release* release = OwnShared();
    if (release == nullptr) return versions;
    const SharedRecord& record = view.shared();
    const int seen = std::min(record.applied_version, release->version);
    for (const auto& [name, deployment] : view.deployments()) {
      if (deployment.release == kSharedRelease) versions[deployment.location] = seen;
    }
    for (const auto& [name, location] : record.locations) versions[name] = location.applied ? seen : 0;
    versions[""] = record.base.applied ? seen : 0;
    return versions;
  }

  // The release that all locations are in, where it is ours.
  const Release* OwnShared() const {
    const auto found = view.releases().find(kSharedRelease);
    const bool ours = found != view.releases().end() && found->second.environment == options.environment &&
                      found->second.location.empty() && found->second.status != Release::Status::kGone;
    return ours ? &found->second : nullptr;
  }

  Before BeforeOf(const Order& order) {
    auto known = snapshot.lock();
    const auto found = known->find(order.location);
    return found == known->end() ? Before() : found->second;
  }

  // On a thread of the jobs.
  Result<int> Execute(const Order& order) {
    const Before before = BeforeOf(order);
    if (order.shared) return shared.Check(order, before.release);
    if (!IsOurs(order, before)) return Foreign(*before.release);
    if (order.kind == Order::Kind::kRemove) return deployer.Remove(order, before);
    return deployer.Deploy(order, before);
  }

  // Not one of ours that is another location's, or everybody's: Dagster itself has a name that a location may have. It
  // may be taken over as a whole where it is said so; what it has for code servers stays then.
  bool IsOurs(const Order& order, const Before& before) const {
    if (!before.release) return true;
    const bool adopted = order.location == kSystemKey && before.release->environment.empty() &&
                         options.adopt.contains(before.release->name);
    return adopted ||
           (before.release->environment == options.environment && before.release->location == order.location);
  }

  Error Foreign(const Release& release) const {
    return {ErrorKind::kStalled, "helm-foreign-release", "helm release " + release.name,
            "there is a release of that name in namespace " + options.name_space + " which is somebody else's",
            "give the location another name, or adopt the install it is from (`kubernetes.adopt`)"};
  }

  // What a job shall take for granted is what was seen when it was ordered.
  void NoteBefore(const Order& order) {
    Before before;
    const auto release = view.releases().find(order.release);
    if (release != view.releases().end() && release->second.status != Release::Status::kGone)
      before.release = release->second;
    const auto record = view.records().find(RecordName(order.location));
    if (record != view.records().end()) before.record = record->second;
    (*snapshot.lock())[order.location] = std::move(before);
  }

  void FinishCutShort(const std::vector<std::string>& locations) {
    for (const std::string& location : locations) {
      Order order;
      order.location = location;
      order.release = ReleaseName(location);
      const Release release = view.releases().at(order.release);
      calls.Submit("finish/" + location, [this, order, release] { return deployer.Finish(order, release); });
    }
  }

  Status Start(const PlanItem& item) {
    const bool in_shared = item.server ? item.server->shared : item.object == kSharedObject;
    if (in_shared) return StartInShared(item);
    Order order;
    order.content = item.content;
    if (item.server) {
      TakeServer(item, order);
      order.beside = ForeignServerOf(order.location);
    } else {
      order.location = item.object == kSystemObject ? kSystemKey : "";
      order.values = item.text;
    }
    order.release = order.location == kSystemKey ? options.system_release : ReleaseName(order.location);
    order.leaves_shared = order.location != kSystemKey && OwnShared() != nullptr;
    return operations.Submit(std::move(order));
  }

  Status StartInShared(const PlanItem& item) {
    if (std::string why = WhyNotShared(); !why.empty())
      return Error{ErrorKind::kStalled, "release-per-location", "environment " + options.environment, why, ""};
    Order order;
    order.shared = true;
    order.release = kSharedRelease;
    order.content = item.content;
    order.values = item.text;
    if (item.server) TakeServer(item, order);
    return operations.Submit(std::move(order));
  }

  // What is a release of its own already does not go back by itself.
  std::string WhyNotShared() const {
    const std::vector<std::string> own = OwnReleases();
    if (own.empty()) return "";
    return "locations cannot be in one release (`release: single`) while there are releases of their own (" +
           Join(own, ", ") + "): set `release: per-location` again, or begin anew in another namespace";
  }

  std::vector<std::string> OwnReleases() const {
    std::vector<std::string> names;
    for (const auto& [name, release] : view.releases()) {
      const bool ours = release.environment == options.environment && release.status != Release::Status::kGone;
      if (ours && &release != OwnShared() && release.location != kSystemKey) names.push_back(name);
    }
    return names;
  }

  static void TakeServer(const PlanItem& item, Order& order) {
    order.location = item.server->location;
    order.location_name = item.server->location_name;
    order.revision = item.server->revision;
    order.port = item.server->address.port;
    order.values = item.server->values;
    order.former_ids = item.former_ids;
    order.checked_first = item.server->checked_first && !item.server->proven;
  }

  // The release that serves the location while it has none of its own: somebody else's, or the one for all. Empty:
  // there is none.
  std::string ForeignServerOf(const std::string& location) const {
    const auto ours = view.releases().find(ReleaseName(location));
    if (ours != view.releases().end() && ours->second.status == Release::Status::kDeployed) return "";
    for (const auto& [name, deployment] : view.deployments()) {
      const bool other = options.adopt.contains(deployment.release) ||
                         (deployment.release == kSharedRelease && OwnShared() != nullptr);
      if (deployment.location == location && other) return deployment.release;
    }
    return "";
  }

  Status Stop(const PlanItem& item) {
    Order order;
    order.kind = Order::Kind::kRemove;
    order.location = item.location;
    order.content = item.content;
    order.shared = IsInSharedAlone(item.location);
    order.release = order.shared ? kSharedRelease : ReleaseName(item.location);
    order.leaves_shared = OwnShared() != nullptr;
    return operations.Submit(std::move(order));
  }

  bool IsInSharedAlone(const std::string& location) const {
    const auto own = view.releases().find(ReleaseName(location));
    const bool has_own = own != view.releases().end() && &own->second != OwnShared() &&
                         own->second.environment == options.environment && own->second.status != Release::Status::kGone;
    if (has_own || view.records().contains(RecordName(location)) || OwnShared() == nullptr) return false;
    return view.shared().locations.contains(location) ||
           std::any_of(view.deployments().begin(), view.deployments().end(), [&](const auto& known) {
             return known.second.release == kSharedRelease && known.second.location == location;
           });
  }

  Status Publish(const std::string& text) {
    const WorkspaceMap& before = view.workspace();
    DAGITOPS_TRY(CheckOwner(before, text));
    const std::string collection = CollectionPath("v1", options.name_space, "configmaps");
    kube::ApiWrite write;
    write.kind = before.exists ? kube::ApiWrite::Kind::kMergePatch : kube::ApiWrite::Kind::kCreate;
    write.path = before.exists ? collection + "/" + options.workspace_config_map : collection;
    write.body = WorkspaceBody(
        before, {options.name_space, options.workspace_config_map, options.environment, text, seams.clock.Now()});
    const auto written = seams.api.Write(write, kCall);
    if (written) {
      view.TakeWorkspace(*written, seams.clock.Now());
      return Ok();
    }
    Error error = written.error();
    const bool gone = before.exists && error.code == "kube-not-found";
    if (gone || error.code == "kube-exists" || error.code == "kube-conflict") error.kind = ErrorKind::kRetry;
    return error;
  }

  // A ConfigMap that we never wrote, with locations in it that would be lost.
  Status CheckOwner(const WorkspaceMap& before, const std::string& text) const {
    if (!before.exists || !before.written.empty() || !before.text) return Ok();
    std::set<std::string> ours;
    for (const WorkspaceEntry& entry : render::ReadWorkspaceYaml(text)) ours.insert(entry.location_name);
    std::vector<std::string> lost;
    for (const WorkspaceEntry& entry : before.entries) {
      if (!ours.contains(entry.location_name)) lost.push_back(entry.location_name);
    }
    if (lost.empty()) return Ok();
    return Error{ErrorKind::kStalled, "workspace-foreign", "ConfigMap " + options.workspace_config_map,
                 "it was not written from here and names locations that git does not have: " + Join(lost, ", "),
                 "add them as files below locations/ (dagitops import), or remove the ConfigMap"};
  }

  // Webserver and daemon are told of what was published, so that their kubelets bring the file up to date at once.
  void TellPods() {
    const std::string digest = view.workspace().written;
    if (digest.empty()) return;
    for (const auto* pods : {&view.webservers(), &view.daemons()}) {
      for (const auto& [name, pod] : *pods) {
        if (pod.ending || pod.over || pod.seen_workspace == digest) continue;
        Tell(name, digest);
      }
    }
  }

  void Tell(const std::string& pod, const std::string& digest) {
    const std::string key = "pod/" + pod;
    if (calls.Has(key) || told[key] == digest) return;
    told[key] = digest;
    const std::string path = CollectionPath("v1", options.name_space, "pods") + "/" + pod;
    calls.Submit(key, [this, path, digest]() -> Result<int> {
      DAGITOPS_TRY(
          seams.api.Write({kube::ApiWrite::Kind::kMergePatch, path, SeenWorkspacePatch(digest), false, false}, kCall));
      return 0;
    });
  }

  // New pods read workspace.yaml when they start. The old ones go once those are ready.
  Status Restart(const std::string& url) {
    const std::string deployment = DeploymentBehind(url, view.webservers(), options);
    if (deployment.empty())
      return Error{ErrorKind::kStalled, "webserver-unknown", url,
                   "it is no pod of a Deployment, so it cannot be replaced",
                   "restart it, or set `reload: in-place` for this environment in dagitops.yaml"};
    const std::string path = CollectionPath("apps/v1", options.name_space, "deployments") + "/" + deployment;
    DAGITOPS_TRY(seams.api.Write(
        {kube::ApiWrite::Kind::kMergePatch, path, RestartPatch(view.workspace().written), false, false}, kCall));
    return Ok();
  }

  // Pods of checks that nobody follows any more, since we were killed.
  void RemoveOldChecks() {
    for (const auto& [name, pod] : view.checks()) {
      const Operation* operation = operations.Find(pod.checks);
      if (pod.ending || (operation != nullptr && operation->running)) continue;
      const std::string path = CollectionPath("v1", options.name_space, "pods") + "/" + name;
      calls.Submit("check/" + name, [this, path]() -> Result<int> {
        DAGITOPS_TRY(seams.api.Delete({path, "", ""}, kCall));
        return 0;
      });
    }
  }

  void TidyAdopted(const Desired& desired) {
    std::map<std::string, std::string> proven;
    for (const DesiredLocation& location : desired.locations) {
      const bool external = !location.servers.empty() && location.servers.back().external;
      if (!external) proven[location.name] = location.has_serving ? location.servers.front().content : "";
    }
    std::set<std::string> from = options.adopt;
    if (OwnShared() != nullptr) from.insert(kSharedRelease);
    adoption.Begin(FindLeftovers({from, options.environment, view.releases(), view.deployments(), view.services(),
                                  std::move(proven), !options.adopt.empty()}),
                   view.releases(), seams.clock.Now());
  }

  Status Maintain(const Desired& desired) {
    RemoveOldChecks();
    operations.Forget(WantedContents(desired), seams.clock.Now());
    const bool was_single = std::exchange(single, desired.base && desired.base->shared);
    if (single && !was_single && !WhyNotShared().empty()) look_again = Duration(0);  // to tell it
    if (!single && (!options.adopt.empty() || OwnShared() != nullptr)) TidyAdopted(desired);
    operations.StartShared();
    TellPods();
    return Ok();
  }

  Options options;
  Seams seams;
  HelmSettings helm;
  Chart chart;
  Chart system_chart;
  CodeCheck check;
  HelmRunner runner;
  Beside beside;
  ForeignReleases foreign;
  Deployer deployer;
  SharedDeployer shared;
  ClusterView view;
  Sync<std::map<std::string, Before>> snapshot;                   // by location
  std::map<std::string, std::string> told;                        // by job: what a pod was told last
  std::map<std::pair<std::string, std::string>, WallTime> ready;  // by location and content: since when
  std::optional<Duration> look_again;
  bool single = false;  // locations are wanted in one release, as the pass before had it
  ContainerLogs logs;
  Jobs helms;  // end before the rest: what they run uses all of the above
  Jobs checks;
  Jobs calls;
  AdoptionJobs adoption;
  Operations operations;
};

KubernetesTarget::KubernetesTarget(Options options, const Seams& seams)
    : impl_(std::make_unique<Impl>(std::move(options), seams)) {}

KubernetesTarget::~KubernetesTarget() = default;

Result<Observed> KubernetesTarget::Observe() { return impl_->Observe(); }

std::vector<WebserverEndpoint> KubernetesTarget::Webservers() {
  return EndpointsOf(impl_->view.webservers(), impl_->options);
}

Status KubernetesTarget::Apply(const PlanItem& item) {
  switch (item.action) {
    case Action::kStart:
      return impl_->Start(item);
    case Action::kPublish:
      return impl_->Publish(item.text);
    case Action::kStop:
      return impl_->Stop(item);
    case Action::kReload:
      return item.restart ? impl_->Restart(item.text) : Ok();
    case Action::kKeep:
      return Ok();
  }
  return Ok();
}

Status KubernetesTarget::Maintain(const Desired& desired) { return impl_->Maintain(desired); }

std::optional<Duration> KubernetesTarget::LookAgain() const { return impl_->look_again; }

}  // namespace dagitops::kubernetes
