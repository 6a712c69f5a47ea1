#include "target/kubernetes/survey.h"

#include <algorithm>
#include <utility>

#include "dagitops/base/duration.h"

#include "target/kubernetes/names.h"
#include "target/kubernetes/shared_change.h"

namespace dagitops::kubernetes {
namespace {

constexpr char kHelmWorks[] = "helm is at it";
constexpr char kNoService[] = "its Service is gone";
constexpr char kHalfWay[] = "a helm that was killed left it half-way";

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
    for (const WorkspaceEntry& entry : facts.workspace.entries) published_[AddressKey(entry)] = &entry;
    for (const auto& [name, deployment] : facts.deployments)
      deployments_[{deployment.release, deployment.location}] = &deployment;
    for (const auto& [location, operation] : facts.operations) {
      const Order* current = Current(&operation);
      shared_busy_ |= current != nullptr && current->shared;
    }
    for (const auto& [name, pod] : facts.pods) pods_[{pod.release, pod.location}].push_back(&pod);
  }

  Survey Run() {
    for (const std::string& location : Locations()) AddLocation(location);
    survey_.base = ForAll("");
    survey_.system = ForAll(kSystemKey);
    survey_.shared = Shared();
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
      const bool in_shared = deployment.release == kSharedRelease && SharedRelease() != nullptr;
      if (in_shared || IsForeign(deployment.release)) locations.insert(deployment.location);
    }
    if (SharedRelease() != nullptr) {
      for (const auto& [name, location] : TheShared().locations) locations.insert(name);
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
  // The release that all locations are in, where it is ours.
  const Release* SharedRelease() const {
    const auto found = facts_.releases.find(kSharedRelease);
    const bool there = found != facts_.releases.end() && IsOurs(found->second) && found->second.location.empty() &&
                       found->second.status != Release::Status::kGone;
    return there ? &found->second : nullptr;
  }
  const SharedRecord& TheShared() const {
    static const SharedRecord kNone;
    return facts_.shared == nullptr ? kNone : *facts_.shared;
  }
  // May be taken over, and was not yet.
  bool IsForeign(const std::string& release) const {
    return facts_.adopt.contains(release) && !(release == kSharedRelease && SharedRelease() != nullptr);
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
    const bool in_shared = !stands && AddShared(location, operation);
    if (!stands && !in_shared) AddForeign(location);
    if (operation != nullptr && operation->next) return AddOrdered(location, *operation->next, kHelmWorks);
    if (current != nullptr) {
      const bool seen = stands && release->content == current->content;
      if (!seen) AddOrdered(location, *current, kHelmWorks);
      return;
    }
    if (operation != nullptr && operation->failed) return AddFailed(location, *operation, stands);
    if (!stands && !in_shared && (release != nullptr || RecordOf(location) != nullptr)) AddLeftover(location);
  }

  // In the release for all; false where it is not.
  bool AddShared(const std::string& location, const Operation* operation) {
    const Release* release = SharedRelease();
    if (release == nullptr) return false;
    const SharedRecord& record = TheShared();
    const auto found = record.locations.find(location);
    const SharedLocation* known = found == record.locations.end() ? nullptr : &found->second;
    if (known == nullptr && !deployments_.contains({kSharedRelease, location})) return false;
    if (known == nullptr && record.known) return AddLeftover(location), true;  // a helm that took it out was killed
    if (known == nullptr || known->content.empty()) return AddNobodys(location), true;
    if (known->applied) return AddMade(location, *known, *release), true;
    const auto former = record.former.find(location);
    const bool at_it = operation != nullptr && (Current(operation) != nullptr || operation->failed);
    if (IsUnnoted(record, *release) && !shared_busy_) {
      survey_.shared_unfinished = true;
      AddInShared(location, *known, "what helm made of it is being looked at");
    } else if (former != record.former.end() && !former->second.content.empty()) {
      AddInShared(location, former->second, at_it ? "its Deployment is being changed" : kHalfWay);
    } else if (!at_it) {
      AddLeftover(location);
    }
    return true;
  }

  // Was there before the release became ours, and git does not have it.
  void AddNobodys(const std::string& location) {
    const auto found = deployments_.find({kSharedRelease, location});
    if (found == deployments_.end()) return;
    ObservedServer server = Start(location, "", found->second->port);
    server.foreign = kSharedRelease;
    server.state = found->second->available > 0 ? ServerState::kReady : ServerState::kStarting;
    survey_.servers.push_back(std::move(server));
  }

  void AddInShared(const std::string& location, const SharedLocation& known, std::string reason) {
    ObservedServer server = StartShared(location, known);
    SetStarting(server, std::move(reason));
    survey_.servers.push_back(std::move(server));
  }

  ObservedServer StartShared(const std::string& location, const SharedLocation& known) const {
    ObservedServer server = Start(location, known.content, known.port);
    server.former_ids = known.former_ids;
    if (!server.published && !known.location_name.empty()) server.address.location_name = known.location_name;
    return server;
  }

  void AddMade(const std::string& location, const SharedLocation& known, const Release& release) {
    ObservedServer server = StartShared(location, known);
    const auto found = deployments_.find({kSharedRelease, location});
    const DeploymentView* deployment = found == deployments_.end() ? nullptr : found->second;
    const bool noted = TheShared().applied_version == release.version && known.generation != 0;
    if (noted && !shared_busy_ && !facts_.services.contains(location)) server.edited = kNoService;
    if (noted && !shared_busy_ && deployment == nullptr) server.edited = "its Deployment is gone";
    if (noted && !shared_busy_ && deployment != nullptr && deployment->generation > known.generation)
      server.edited = "its Deployment was changed by hand";
    if (deployment == nullptr) {
      SetStarting(server, "its Deployment is not there");
    } else if (deployment->generation < known.generation) {
      SetStarting(server, "its Deployment is being changed");
    } else {
      Judge(*deployment, release.since, server);
    }
    survey_.servers.push_back(std::move(server));
  }

  // Dagster has it, though the workspace.yaml that we will write may be another one than it reads now. Once we wrote
  // it, what stands in it counts: a location that git let go is served by nobody from here.
  void AddForeign(const std::string& location) {
    for (const std::string& from : facts_.adopt) {
      const auto found = deployments_.find({from, location});
      if (found == deployments_.end() || !IsForeign(from)) continue;
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
      server.address.location_name = entry->second->location_name;
    }
    const auto retired = facts_.workspace.retired.find(AddressKey(server.address));
    if (!server.published && retired != facts_.workspace.retired.end()) server.retired = retired->second;
    return server;
  }

  int PortOf(const std::string& location) const {
    if (const DeploymentView* deployment = DeploymentOf(location); deployment != nullptr && deployment->port != 0)
      return deployment->port;
    if (const Record* record = RecordOf(location)) return record->port;
    const auto part = TheShared().locations.find(location);
    if (part != TheShared().locations.end() && part->second.port != 0) return part->second.port;
    const auto deployment = deployments_.find({kSharedRelease, location});
    return deployment == deployments_.end() ? 0 : deployment->second->port;
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
    if (service == facts_.services.end()) return kNoService;
    if (facts_.adopt.contains(service->second.release))
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
    Judge(*deployment, release.since, server);
  }

  void Judge(const DeploymentView& deployment, WallTime since, ObservedServer& server) {
    const std::vector<const PodView*> pods = PodsOf(deployment.release, server.location);
    RolloutVerdict verdict = JudgeRollout({deployment, pods, facts_.now, since, facts_.rollout_timeout});
    survey_.look_again = Sooner(survey_.look_again, verdict.look_again);
    AddLog(verdict);
    server.state = verdict.state;
    server.reason = std::move(verdict.reason);
    for (const PodView* pod : pods) {
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

  std::vector<const PodView*> PodsOf(const std::string& release, const std::string& location) const {
    const auto found = pods_.find({release, location});
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
    server.reason = kHalfWay;
    survey_.servers.push_back(std::move(server));
  }

  std::optional<ObservedRelease> ForAll(const std::string& key) {
    const Release* release = ReleaseOf(key);
    if (auto ordered = Ordered(key, false)) return ordered;
    if (release == nullptr || release->status != Release::Status::kDeployed) return std::nullopt;
    return ObservedRelease{release->content, ServerState::kReady, ""};
  }

  // What is being done about a release for all, or could not be.
  std::optional<ObservedRelease> Ordered(const std::string& key, bool shared) {
    const Operation* operation = OperationOf(key);
    const Order* current = Current(operation);
    if (current != nullptr && current->shared == shared)
      return ObservedRelease{current->content, ServerState::kStarting, kHelmWorks};
    if (operation == nullptr || !operation->failed || operation->failed->shared != shared) return std::nullopt;
    const bool invalid = operation->error->kind == ErrorKind::kInvalid;
    survey_.notes.push_back(operation->error->Text());
    return ObservedRelease{operation->failed->content, invalid ? ServerState::kFailed : ServerState::kStarting,
                           operation->error->message};
  }

  // The release that all locations are in. Its content is "" where what it is made of is not what is remembered: it is
  // made anew then, with everything in it as it should be.
  std::optional<ObservedRelease> Shared() {
    const Release* release = SharedRelease();
    if (auto ordered = Ordered("", true)) return ordered;
    if (release == nullptr) return std::nullopt;
    const SharedRecord& record = TheShared();
    ObservedRelease observed{record.base.content, ServerState::kReady, ""};
    if (shared_busy_) return observed;
    const std::string map = std::string("its ConfigMap ") + kSharedMap;
    if (!record.exists) observed = {"", ServerState::kStarting, "", map + " is gone"};
    if (record.exists && !record.intact) observed.edited = map + " was changed by hand";
    if (!observed.edited.empty()) return observed;
    if (IsUnnoted(record, *release)) {
      survey_.shared_unfinished = true;
    } else if (record.applied_version == 0) {
      observed = {"", ServerState::kStarting, kHalfWay};
    } else if (record.applied_version != release->version) {
      observed.edited = "its release was changed by another helm";
    }
    return observed;
  }

  using Key = std::pair<std::string, std::string>;  // release, location
  const Facts& facts_;
  std::map<std::string, const WorkspaceEntry*> published_;  // by address
  std::map<Key, const DeploymentView*> deployments_;
  std::map<Key, std::vector<const PodView*>> pods_;
  Survey survey_;
  bool shared_busy_ = false;  // something is being done about the release for all
};

}  // namespace

Survey MakeSurvey(const Facts& facts) { return Surveyor(facts).Run(); }

}  // namespace dagitops::kubernetes
