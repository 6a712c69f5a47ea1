#include "target/kubernetes/survey.h"

#include <algorithm>
#include <utility>

#include "dagitops/base/duration.h"
#include "dagitops/render/workspace_yaml.h"

#include "target/kubernetes/names.h"

namespace dagitops::kubernetes {
namespace {

constexpr char kHelmWorks[] = "helm is at it";

std::optional<Duration> Sooner(std::optional<Duration> a, std::optional<Duration> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

// The order that is being carried out, or was and is not seen yet.
const Order* Current(const Operation* operation) {
  if (operation == nullptr) return nullptr;
  if (operation->running) return &*operation->running;
  return operation->done ? &*operation->done : nullptr;
}

class Surveyor {
 public:
  explicit Surveyor(const Facts& facts) : facts_(facts) {
    if (facts.workspace.text) {
      for (const WorkspaceEntry& entry : render::ReadWorkspaceYaml(*facts.workspace.text))
        published_[AddressKey(entry)] = entry;
    }
    for (const auto& [name, deployment] : facts.deployments)
      deployments_[{deployment.release, deployment.location}] = &deployment;
    for (const auto& [name, pod] : facts.pods) pods_[{pod.release, pod.location}].push_back(&pod);
  }

  Survey Run() {
    for (const std::string& location : Locations()) AddLocation(location);
    survey_.base = Shared("");
    survey_.system = Shared(kSystemKey);
    return std::move(survey_);
  }

 private:
  std::set<std::string> Locations() const {
    std::set<std::string> locations;
    for (const auto& [name, release] : facts_.releases) {
      if (IsOurs(release) && release.status != Release::Status::kGone) locations.insert(release.location);
    }
    for (const auto& [name, record] : facts_.records) locations.insert(record.location);
    for (const auto& [location, operation] : facts_.operations) {
      if (Current(&operation) != nullptr || operation.failed) locations.insert(location);
    }
    for (const auto& [name, deployment] : facts_.deployments) {
      if (facts_.adopt.contains(deployment.release)) locations.insert(deployment.location);
    }
    locations.erase("");
    locations.erase(kSystemKey);
    return locations;
  }

  bool IsOurs(const Release& release) const { return release.environment == facts_.environment; }

  const Release* ReleaseOf(const std::string& location) const {
    const auto found = facts_.releases.find(location == kSystemKey ? facts_.system_release : ReleaseName(location));
    const bool there = found != facts_.releases.end() && IsOurs(found->second) && found->second.location == location &&
                       found->second.status != Release::Status::kGone;
    return there ? &found->second : nullptr;
  }
  const Record* RecordOf(const std::string& location) const {
    const auto found = facts_.records.find(RecordName(location));
    return found == facts_.records.end() ? nullptr : &found->second;
  }
  const Operation* OperationOf(const std::string& location) const {
    const auto found = facts_.operations.find(location);
    return found == facts_.operations.end() ? nullptr : &found->second;
  }

  void AddLocation(const std::string& location) {
    const Operation* operation = OperationOf(location);
    const Release* release = ReleaseOf(location);
    const Order* current = Current(operation);
    if (current != nullptr && current->kind == Order::Kind::kRemove) return AddEnding(location, *current);
    const bool stands = release != nullptr && release->status == Release::Status::kDeployed;
    if (stands) AddDeployed(location, *release, current);
    if (!stands) AddForeign(location);
    if (operation != nullptr && operation->next) return AddOrdered(location, *operation->next, kHelmWorks);
    if (current != nullptr) {
      const bool seen = stands && release->content == current->content;
      if (!seen) AddOrdered(location, *current, kHelmWorks);
      return;
    }
    if (operation != nullptr && operation->failed) return AddFailed(location, *operation, stands);
    if (!stands && (release != nullptr || RecordOf(location) != nullptr)) AddLeftover(location);
  }

  // Dagster has it, though the workspace.yaml that we will write may be another one than it reads now. Once we wrote
  // it, what stands in it counts: a location that git let go is served by nobody from here.
  void AddForeign(const std::string& location) {
    for (const std::string& from : facts_.adopt) {
      const auto found = deployments_.find({from, location});
      if (found == deployments_.end()) continue;
      const auto service = facts_.services.find(location);
      if (service == facts_.services.end()) return;  // nobody reaches it
      ObservedServer server = Start(location, "", service->second.port);
      server.foreign = from;
      if (facts_.workspace.written.empty()) {
        server.published = true;
        server.retired.reset();
      }
      server.state = found->second->available > 0 ? ServerState::kReady : ServerState::kStarting;
      survey_.servers.push_back(std::move(server));
      return;
    }
  }

  ObservedServer Start(const std::string& location, const std::string& content, int port) const {
    ObservedServer server;
    server.location = location;
    server.content = content;
    server.active_runs = 0;
    server.address.location_name = location;
    server.address.host = location;  // its Service, in the namespace of webserver and daemon
    server.address.port = port;
    if (const Record* record = RecordOf(location); record != nullptr && !record->location_name.empty())
      server.address.location_name = record->location_name;
    if (const auto entry = published_.find(AddressKey(server.address)); entry != published_.end()) {
      server.published = true;
      server.address.location_name = entry->second.location_name;
    }
    const auto retired = facts_.workspace.retired.find(AddressKey(server.address));
    if (!server.published && retired != facts_.workspace.retired.end()) server.retired = retired->second;
    return server;
  }

  int PortOf(const std::string& location) const {
    if (const DeploymentView* deployment = DeploymentOf(location); deployment != nullptr && deployment->port != 0)
      return deployment->port;
    const Record* record = RecordOf(location);
    return record == nullptr ? 0 : record->port;
  }

  const DeploymentView* DeploymentOf(const std::string& location) const {
    const auto found = deployments_.find({ReleaseName(location), location});
    return found == deployments_.end() ? nullptr : found->second;
  }

  void AddDeployed(const std::string& location, const Release& release, const Order* current) {
    ObservedServer server = Start(location, release.content, PortOf(location));
    const Record* record = RecordOf(location);
    if (record != nullptr && record->content == release.content) server.former_ids = record->former_ids;
    if (current == nullptr) server.edited = EditedBy(location, release, record);
    JudgeDeployed(release, record, current, server);
    survey_.servers.push_back(std::move(server));
  }

  // What is not as helm left it.
  std::string EditedBy(const std::string& location, const Release& release, const Record* record) {
    if (record == nullptr) return "its ConfigMap " + RecordName(location) + " is gone";
    if (!record->intact) return "its ConfigMap " + RecordName(location) + " was changed by hand";
    if (record->content != release.content) return "its ConfigMap " + RecordName(location) + " is of another version";
    if (record->applied_version == 0) return "";
    if (record->applied_version != release.version) return "its release was changed by another helm";
    const auto service = facts_.services.find(location);
    if (service != facts_.services.end() && facts_.adopt.contains(service->second.release))
      return "its Service was taken back by release " + service->second.release;
    const DeploymentView* deployment = DeploymentOf(location);
    if (deployment == nullptr) return "its Deployment is gone";
    return deployment->generation > record->applied_generation ? "its Deployment was changed by hand" : "";
  }

  void JudgeDeployed(const Release& release, const Record* record, const Order* current, ObservedServer& server) {
    const DeploymentView* deployment = DeploymentOf(server.location);
    const bool noted = record != nullptr && record->applied_version == release.version;
    if (!noted && current != nullptr && current->content == release.content) return SetStarting(server, kHelmWorks);
    // While another version is being deployed, the record is that one's.
    if (current == nullptr && record != nullptr && record->applied_version == 0) {
      survey_.unfinished.push_back(server.location);
      return SetStarting(server, "what helm made of it is being looked at");
    }
    if (deployment == nullptr) return SetStarting(server, "its Deployment is not there");
    if (noted && deployment->generation < record->applied_generation)
      return SetStarting(server, "its Deployment is being changed");
    RolloutVerdict verdict =
        JudgeRollout({*deployment, PodsOf(server.location), facts_.now, release.since, facts_.rollout_timeout});
    survey_.look_again = Sooner(survey_.look_again, verdict.look_again);
    AddLog(verdict);
    server.state = verdict.state;
    server.reason = std::move(verdict.reason);
    for (const PodView* pod : PodsOf(server.location)) {
      for (const ContainerTrouble& trouble : pod->containers) server.restarts += trouble.restarts;
    }
  }

  // A failure is told together with what the container said last; until that was read, it goes on starting.
  void AddLog(RolloutVerdict& verdict) {
    if (!verdict.log) return;
    const auto read = facts_.logs.find(*verdict.log);
    if (read == facts_.logs.end()) {
      survey_.logs.push_back(*verdict.log);
      verdict.state = ServerState::kStarting;
    } else if (!read->second.empty()) {
      verdict.reason += ": " + read->second;
    }
  }

  static void SetStarting(ObservedServer& server, std::string reason) {
    server.state = ServerState::kStarting;
    server.reason = std::move(reason);
  }

  std::vector<const PodView*> PodsOf(const std::string& location) const {
    const auto found = pods_.find({ReleaseName(location), location});
    return found == pods_.end() ? std::vector<const PodView*>() : found->second;
  }

  void AddOrdered(const std::string& location, const Order& order, std::string reason) {
    ObservedServer server = Start(location, order.content, order.port);
    SetStarting(server, std::move(reason));
    survey_.servers.push_back(std::move(server));
  }

  void AddEnding(const std::string& location, const Order& order) {
    ObservedServer server = Start(location, order.content, PortOf(location));
    server.state = ServerState::kStopping;
    survey_.servers.push_back(std::move(server));
  }

  // A failure of what the version is made of is the version's; any other one is tried again.
  void AddFailed(const std::string& location, const Operation& operation, bool stands) {
    const Error& error = *operation.error;
    const bool removal = operation.failed->kind == Order::Kind::kRemove;
    const Duration wait = TimeUntil(operation.retry_at, facts_.now, std::chrono::hours(1));
    survey_.look_again = Sooner(survey_.look_again, wait);
    const bool known = stands && ReleaseOf(location)->content == operation.failed->content;
    if (error.kind != ErrorKind::kInvalid || removal || known) {
      survey_.notes.push_back(error.Text() + "; tried again in " +
                              FormatDuration(std::chrono::ceil<std::chrono::seconds>(wait)));
    }
    if (known || (removal && stands)) return;
    ObservedServer server = Start(location, operation.failed->content, operation.failed->port);
    server.state = error.kind == ErrorKind::kInvalid && !removal ? ServerState::kFailed : ServerState::kStarting;
    if (removal) server.content.clear();
    server.reason = error.message;
    survey_.servers.push_back(std::move(server));
  }

  void AddLeftover(const std::string& location) {
    ObservedServer server = Start(location, "", PortOf(location));
    server.state = ServerState::kFailed;
    server.reason = "a helm that was killed left it half-way";
    survey_.servers.push_back(std::move(server));
  }

  std::optional<ObservedRelease> Shared(const std::string& key) {
    const Release* release = ReleaseOf(key);
    const Operation* operation = OperationOf(key);
    if (const Order* current = Current(operation))
      return ObservedRelease{current->content, ServerState::kStarting, kHelmWorks};
    if (operation != nullptr && operation->failed) {
      const bool invalid = operation->error->kind == ErrorKind::kInvalid;
      survey_.notes.push_back(operation->error->Text());
      return ObservedRelease{operation->failed->content, invalid ? ServerState::kFailed : ServerState::kStarting,
                             operation->error->message};
    }
    if (release == nullptr || release->status != Release::Status::kDeployed) return std::nullopt;
    return ObservedRelease{release->content, ServerState::kReady, ""};
  }

  using Key = std::pair<std::string, std::string>;  // release, location
  const Facts& facts_;
  std::map<std::string, WorkspaceEntry> published_;  // by address
  std::map<Key, const DeploymentView*> deployments_;
  std::map<Key, std::vector<const PodView*>> pods_;
  Survey survey_;
};

}  // namespace

Survey MakeSurvey(const Facts& facts) { return Surveyor(facts).Run(); }

}  // namespace dagitops::kubernetes
