#include "dagitops/conditions/summarize.h"

#include <algorithm>

#include "dagitops/base/text.h"

#include "conditions/locations.h"

namespace dagitops::conditions {
namespace {

using Truth = Condition::Truth;

std::vector<std::string> NamesIn(const EnvironmentStatus& status, std::initializer_list<LocationPhase> phases) {
  std::vector<std::string> names;
  for (const LocationStatus& location : status.locations) {
    if (std::find(phases.begin(), phases.end(), location.phase) != phases.end()) names.push_back(location.name);
  }
  return names;
}

// At most five names, then how many more there are.
std::string Listed(std::vector<std::string> names) {
  constexpr std::size_t kShown = 5;
  if (names.size() <= kShown) return Join(names, ", ");
  const std::size_t more = names.size() - kShown;
  names.resize(kShown);
  return Join(names, ", ") + " and " + std::to_string(more) + " more";
}

// A fault that holds up no single location but what is shared: the environment is not as in git. "" when there is none.
std::string SharedFault(const EnvironmentStatus& status) {
  const auto fault = std::find_if(status.diagnostics.begin(), status.diagnostics.end(), [](const Diagnostic& told) {
    return told.severity == Severity::kFault && told.location.empty();
  });
  return fault == status.diagnostics.end() ? "" : fault->Text();
}

// Dagster's own release is not as in git, which no location tells.
Diagnostic RefusedSystem(const Desired& desired) {
  Diagnostic refused;
  refused.code = "system-refused";
  refused.position.file = "environments/" + desired.environment + "/system.yaml";
  refused.found = "values that are not carried out: " + desired.system->refused;
  refused.expected = "values that fit";
  refused.fix = "change them, or the daemon's settings; Dagster itself stays as it is until then";
  return refused;
}

Condition Stalled(const PassOutcome& outcome, const EnvironmentStatus& status) {
  for (const Error& error : outcome.errors) {
    if (error.kind == ErrorKind::kStalled || error.kind == ErrorKind::kInvalid) {
      return {"Stalled", Truth::kTrue, "NeedsAttention", error.Text()};
    }
  }
  if (const std::string fault = SharedFault(status); !fault.empty()) {
    return {"Stalled", Truth::kTrue, "SharedFault", fault};
  }
  if (!status.waiting_removals.empty()) {
    return {"Stalled", Truth::kTrue, "RemovalWaiting",
            "waits for approval to remove " + Listed(status.waiting_removals)};
  }
  const auto held = NamesIn(status, {LocationPhase::kHeld, LocationPhase::kFailed});
  if (!held.empty()) return {"Stalled", Truth::kTrue, "LocationsHeld", "not as in git: " + Listed(held)};
  // Only another commit changes that.
  const auto not_runnable = NamesIn(status, {LocationPhase::kNotRunnable});
  if (!not_runnable.empty()) {
    return {"Stalled", Truth::kTrue, "LocationsNotRunnable", "cannot run here as git has it: " + Listed(not_runnable)};
  }
  return {"Stalled", Truth::kFalse, "NothingWaits", "nothing waits for a person"};
}

// A removed location whose server only lives on for its runs, or until the daemon has forgotten it, is out of Dagster:
// nobody has to wait for that.
bool IsPublished(const PassOutcome& outcome, const std::string& location) {
  if (outcome.observed == nullptr) return true;
  const auto& servers = outcome.observed->servers;
  return std::any_of(servers.begin(), servers.end(),
                     [&](const ObservedServer& server) { return server.location == location && server.published; });
}

Condition Reconciling(const PassOutcome& outcome, const Known& known, const EnvironmentStatus& status) {
  auto moving = NamesIn(status, {LocationPhase::kProgressing});
  for (std::string& name : NamesIn(status, {LocationPhase::kRemoving})) {
    if (IsPublished(outcome, name)) moving.push_back(std::move(name));
  }
  for (std::string& name : NamesIn(status, {LocationPhase::kHeld, LocationPhase::kPinned})) {
    if (ServerIsComing(known, name)) moving.push_back(std::move(name));
  }
  if (!moving.empty()) return {"Reconciling", Truth::kTrue, "Progressing", "on their way: " + Listed(moving)};
  const auto unknown = NamesIn(status, {LocationPhase::kUnknown});
  if (!unknown.empty()) return {"Reconciling", Truth::kUnknown, "NotObserved", "not looked at: " + Listed(unknown)};
  const bool pending = outcome.plan == nullptr || !outcome.plan->empty();
  if (pending && !status.paused) return {"Reconciling", Truth::kTrue, "ChangesPending", "changes are being applied"};
  return {"Reconciling", Truth::kFalse, "Settled", "nothing is on its way"};
}

Condition Ready(const PassOutcome& outcome, const EnvironmentStatus& status) {
  if (!outcome.errors.empty()) return {"Ready", Truth::kFalse, "PassFailed", outcome.errors.front().Text()};
  if (outcome.composition == nullptr) return {"Ready", Truth::kUnknown, "NotObserved", "no revision was read yet"};
  if (status.paused) {
    return {"Ready", Truth::kFalse, "Paused",
            "paused, so everything is left as it is; `dagitops resume` follows the repository again"};
  }
  if (const std::string fault = SharedFault(status); !fault.empty()) {
    return {"Ready", Truth::kFalse, "SharedFault", "not as in git: " + fault};
  }
  const std::size_t loaded = NamesIn(status, {LocationPhase::kLoaded, LocationPhase::kPinned}).size();
  const std::size_t wanted = status.locations.size() - NamesIn(status, {LocationPhase::kRemoving}).size();
  const std::size_t pinned = NamesIn(status, {LocationPhase::kPinned}).size();
  std::string count = std::to_string(loaded) + " of " + std::to_string(wanted) + " locations are loaded";
  count += pinned == 0 ? " as in git" : ", " + std::to_string(pinned) + " of them as pinned and not as in git";
  const bool all = loaded == wanted;
  return {"Ready", all ? Truth::kTrue : Truth::kFalse, all ? "AllLoaded" : "NotAllLoaded", count};
}

}  // namespace

EnvironmentStatus Summarize(const PassOutcome& outcome) {
  EnvironmentStatus status;
  status.environment = outcome.state.environment;
  status.observed = outcome.head;
  status.fetched = outcome.fetched;
  status.applied = outcome.state.applied;
  status.paused = outcome.state.paused;
  const Known known(outcome);
  status.locations = SummarizeLocations(outcome, known);
  status.waiting_removals = NamesIn(status, {LocationPhase::kRemovalWaiting});
  if (outcome.composition != nullptr) status.diagnostics = outcome.composition->diagnostics;
  const bool usable = outcome.effective != nullptr && outcome.effective->usable && outcome.desired != nullptr;
  if (usable && outcome.desired->system && !outcome.desired->system->refused.empty())
    status.diagnostics.push_back(RefusedSystem(*outcome.desired));
  if (outcome.observed != nullptr) {
    for (const ObservedWebserver& webserver : outcome.observed->webservers) status.webservers.push_back(webserver.url);
    status.notes = outcome.observed->notes;
  }
  status.updated = outcome.now;
  status.conditions = {Ready(outcome, status), Reconciling(outcome, known, status), Stalled(outcome, status)};
  return status;
}

}  // namespace dagitops::conditions
