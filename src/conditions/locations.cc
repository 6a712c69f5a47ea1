#include "conditions/locations.h"

#include <algorithm>
#include <set>

namespace dagitops::conditions {
namespace {

// The commit that made a version what it is.
const Revision& ChangedIn(const Version& version) {
  return version.changed_in.id.empty() ? version.revision : version.changed_in;
}

// The server that Dagster is pointed at: the wanted one once it is published, else the proven one.
const ObservedServer* ServedBy(const Known& known, const DesiredLocation* location) {
  if (location == nullptr) return nullptr;
  const ObservedServer* best = nullptr;
  for (const DesiredServer& wanted : location->servers) {
    const ObservedServer* server = known.Server(wanted);
    if (server != nullptr && (server->published || best == nullptr)) best = server;
  }
  return best;
}

LocationPhase PhaseOf(DecisionKind decision) {
  switch (decision) {
    case DecisionKind::kHold:
      return LocationPhase::kHeld;
    case DecisionKind::kPinned:
      return LocationPhase::kPinned;
    case DecisionKind::kPaused:
      return LocationPhase::kPaused;
    case DecisionKind::kRemovalWaiting:
      return LocationPhase::kRemovalWaiting;
    case DecisionKind::kFollow:
      return LocationPhase::kLoaded;
  }
  return LocationPhase::kLoaded;
}

// Why a server is not ready; not every one has words of its own.
std::string TroubleOf(const ObservedServer& server) {
  if (!server.reason.empty()) return server.reason;
  switch (server.state) {
    case ServerState::kPreparing:
      return "is being prepared";
    case ServerState::kStarting:
      return "is starting";
    case ServerState::kBroken:
      return "does not load";
    case ServerState::kFailed:
      return "has failed";
    case ServerState::kStopping:
      return "is stopping";
    case ServerState::kReady:
      break;
  }
  return "";
}

class LocationSummary {
 public:
  LocationSummary(const PassOutcome& outcome, const Known& known, const std::string& name,
                  const EffectiveLocation* effective)
      : outcome_(outcome), known_(known), effective_(effective), desired_(known.Location(name)) {
    status_.name = name;
    const auto record = outcome.state.locations.find(name);
    if (record != outcome.state.locations.end()) record_ = &record->second;
  }

  LocationStatus Take() {
    Identity();
    Server();
    Phase();
    return std::move(status_);
  }

 private:
  const Version* Wanted() const {
    if (effective_ != nullptr && effective_->candidate) return &*effective_->candidate;
    if (effective_ != nullptr && effective_->serving) return &*effective_->serving;
    return record_ != nullptr && record_->last_good ? &*record_->last_good : nullptr;
  }

  void Identity() {
    status_.location_name = status_.name;
    const Version* wanted = Wanted();
    if (wanted != nullptr) {
      status_.location_name = wanted->location.settings.location_name;
      status_.owner = wanted->location.settings.owner;
      status_.author = AuthorText(wanted->changed_in);
      status_.wanted_revision = ChangedIn(*wanted).id;
    }
    if (record_ == nullptr) return;
    if (record_->last_good) status_.revision = ChangedIn(*record_->last_good).id;
    if (record_->failed) {
      status_.wanted_revision = record_->failed->revision;
      if (!record_->failed->author.empty()) status_.author = record_->failed->author;
    }
  }

  void Server() {
    const ObservedServer* server = ServedBy(known_, desired_);
    if (server == nullptr) return;
    status_.server_id = server->server_id;
    status_.pid = server->pid;
  }

  void Phase() {
    const bool good = record_ != nullptr && record_->last_good.has_value();
    if (outcome_.effective == nullptr) return NotLookedAt();
    if (effective_ == nullptr) return NothingToRender();
    status_.reason = effective_->reason;
    status_.phase = PhaseOf(effective_->decision);
    if (effective_->decision == DecisionKind::kHold && !good) status_.phase = LocationPhase::kFailed;
    if (effective_->candidate && effective_->decision != DecisionKind::kHold) Progressing();
    if (!effective_->candidate) ServingTrouble();
  }

  // The pass ended before it could say; what is on record was true before.
  void NotLookedAt() {
    status_.phase = LocationPhase::kUnknown;
    status_.reason = "the last pass ended before it could look";
    if (record_ == nullptr || (record_->decision == DecisionKind::kFollow && !record_->removing)) return;
    status_.phase = record_->removing ? LocationPhase::kRemoving : PhaseOf(record_->decision);
    status_.reason = record_->reason;
  }

  // Only the record tells: known bad and never good, left alone, or on its way out.
  void NothingToRender() {
    if (record_ == nullptr) return;
    status_.reason = record_->reason;
    status_.phase = PhaseOf(record_->decision);
    if (record_->decision == DecisionKind::kHold) status_.phase = LocationPhase::kFailed;
    if (record_->decision == DecisionKind::kFollow) status_.phase = LocationPhase::kRemoving;
  }

  void Progressing() {
    status_.phase = LocationPhase::kProgressing;
    if (desired_ == nullptr || desired_->servers.empty()) return;
    const DesiredServer& wanted = desired_->servers.back();
    if (!wanted.not_runnable.empty()) {
      status_.phase = LocationPhase::kNotRunnable;
      status_.reason = wanted.not_runnable;
      return;
    }
    const ObservedServer* server = known_.Server(wanted);
    status_.reason = server == nullptr ? WhyNotStarted(wanted) : TroubleOf(*server);
    if (server != nullptr && server->state == ServerState::kReady)
      status_.reason = "ready, waiting for Dagster to load it";
  }

  // What it waits for: what belongs to all locations, runs in what it shall replace.
  std::string WhyNotStarted(const DesiredServer& wanted) const {
    if (outcome_.plan == nullptr) return "to be started";
    for (const PlanItem& item : outcome_.plan->items) {
      if (item.action == Action::kKeep && item.location == wanted.location) return item.reason;
    }
    return "to be started";
  }

  // Where a candidate takes its place, it is bound to be; otherwise something took it away.
  void ServingGone(const DesiredServer& serving) {
    const bool alone = desired_->servers.size() == 1 && serving.not_runnable.empty() && !serving.external;
    if (!alone || status_.phase != LocationPhase::kLoaded) return;
    status_.phase = LocationPhase::kProgressing;
    status_.reason = "its server is not there";
  }

  // A proven server that is down is worth a word, whatever was decided about its location.
  void ServingTrouble() {
    if (desired_ == nullptr || desired_->servers.empty() || outcome_.observed == nullptr) return;
    const DesiredServer& serving = desired_->servers.front();
    const ObservedServer* server = known_.Server(serving);
    if (server == nullptr) return ServingGone(serving);
    if (server->state == ServerState::kReady) return;
    const bool failed = server->state == ServerState::kFailed || server->state == ServerState::kBroken;
    if (status_.phase == LocationPhase::kLoaded) {
      status_.phase = failed ? LocationPhase::kFailed : LocationPhase::kProgressing;
      status_.reason = TroubleOf(*server);
      return;
    }
    if (status_.phase == LocationPhase::kPinned && failed) status_.phase = LocationPhase::kFailed;  // it is not loaded
    status_.reason += (status_.reason.empty() ? "its server: " : "; its server: ") + TroubleOf(*server);
  }

  const PassOutcome& outcome_;
  const Known& known_;
  const EffectiveLocation* effective_;
  const DesiredLocation* desired_;
  const LocationRecord* record_ = nullptr;
  LocationStatus status_;
};

}  // namespace

Known::Known(const PassOutcome& outcome) {
  if (outcome.desired != nullptr) desired_.emplace(*outcome.desired);
  if (outcome.observed != nullptr) servers_.emplace(*outcome.observed);
}

std::vector<LocationStatus> SummarizeLocations(const PassOutcome& outcome, const Known& known) {
  std::vector<LocationStatus> statuses;
  std::set<std::string> seen;
  if (outcome.effective != nullptr) {
    for (const EffectiveLocation& location : outcome.effective->locations) {
      seen.insert(location.name);
      statuses.push_back(LocationSummary(outcome, known, location.name, &location).Take());
    }
  }
  for (const auto& [name, record] : outcome.state.locations) {
    if (!seen.contains(name)) statuses.push_back(LocationSummary(outcome, known, name, nullptr).Take());
  }
  return statuses;
}

bool ServerIsComing(const Known& known, const std::string& name) {
  const DesiredLocation* desired = known.Location(name);
  if (desired == nullptr || desired->servers.empty()) return false;
  const ObservedServer* server = known.Server(desired->servers.front());
  return server != nullptr && (server->state == ServerState::kPreparing || server->state == ServerState::kStarting);
}

}  // namespace dagitops::conditions
