#include "dagitops/plan/make_plan.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "dagitops/base/duration.h"
#include "dagitops/model/lookup.h"

#include "plan/retire.h"

namespace dagitops::plan {
namespace {

std::string ServerObject(const std::string& location, const std::string& content) {
  return "server/" + location + "@" + content.substr(0, 8);
}

// What tells one published address from another.
std::string AddressText(const WorkspaceEntry& entry) {
  return entry.socket.empty() ? entry.host + ":" + std::to_string(entry.port) : entry.socket;
}

class Planner {
 public:
  Planner(const Desired& desired, const Observed& observed, const WantedWorkspace& workspace,
          const PlanOptions& options)
      : desired_(desired),
        observed_(observed),
        workspace_(workspace),
        options_(options),
        servers_(observed),
        wanted_(desired),
        left_alone_(desired.left_alone.begin(), desired.left_alone.end()) {
    plan_.environment = desired.environment;
    plan_.revision = desired.revision;
    for (const ObservedServer& server : observed.servers) by_address_.emplace(AddressText(server.address), &server);
    for (const WorkspaceEntry& entry : workspace.entries) {
      entry_names_.insert(entry.location_name);
      entry_addresses_.insert(AddressText(entry));
    }
  }

  Plan Run() {
    StartBase();
    StartSystem();
    for (const DesiredLocation& location : desired_.locations) Start(location);
    Publish();
    for (const ObservedWebserver& webserver : observed_.webservers) Reload(webserver);
    for (const ObservedServer& server : observed_.servers) Retire(server);
    return std::move(plan_);
  }

 private:
  void LookAgain(Duration in) { plan_.look_again = plan_.look_again ? std::min(*plan_.look_again, in) : in; }

  void Keep(const std::string& object, const std::string& location, std::string reason) {
    PlanItem item;
    item.object = object;
    item.location = location;
    item.reason = std::move(reason);
    plan_.items.push_back(std::move(item));
  }

  // Locations wait for it where it is a release of its own. Where they are in it, all that a pass wants of it is one
  // change.
  void StartBase() {
    if (!desired_.base) return;
    const bool shared = desired_.base->shared;
    const char* object = shared ? kSharedObject : kBaseObject;
    if (!desired_.base->refused.empty()) return Keep(object, "", desired_.base->refused);
    const std::optional<ObservedRelease>& observed = shared ? observed_.shared : observed_.base;
    const bool same = observed && observed->content == desired_.base->content;
    const bool cannot_be = observed && observed->content.empty() && observed->state == ServerState::kFailed;
    awaits_base_ = cannot_be || (!shared && (!same || observed->state != ServerState::kReady));
    if (cannot_be) return Keep(object, "", observed->reason);
    const bool edited = same && !observed->edited.empty();
    if (edited && desired_.drift == EnvironmentOptions::Drift::kReport)
      return Keep(object, "", observed->edited + "; `drift: report` leaves it so");
    if (same && !edited && observed->state == ServerState::kFailed) return Keep(object, "", observed->reason);
    if (same && !edited) return;
    PlanItem item;
    item.action = Action::kStart;
    item.object = object;
    item.reason = observed ? "what belongs to all locations changed" : "what belongs to all locations is not there";
    if (observed && !observed->edited.empty()) item.reason = observed->edited;
    item.content = desired_.base->content;
    item.text = desired_.base->values;
    plan_.items.push_back(std::move(item));
  }

  // Dagster itself; nothing waits for it, and no change of a location touches it.
  void StartSystem() {
    if (!desired_.system) return;
    if (!desired_.system->refused.empty()) return Keep(kSystemObject, "", desired_.system->refused);
    const bool same = observed_.system && observed_.system->content == desired_.system->content;
    if (same && observed_.system->state == ServerState::kFailed)
      return Keep(kSystemObject, "", observed_.system->reason);
    if (same) return;
    PlanItem item;
    item.action = Action::kStart;
    item.object = kSystemObject;
    item.reason = observed_.system ? "its values changed" : "no release of Dagster itself is of dagitops yet";
    item.content = desired_.system->content;
    item.text = desired_.system->values;
    plan_.items.push_back(std::move(item));
  }

  // What is left alone is started only where nothing of it runs, after a restart of the machine for instance.
  bool IsAsItShallStay(const DesiredLocation& location) const {
    return IsLeftAlone(location.name) && !servers_.Of(location.name).empty();
  }

  void Start(const DesiredLocation& location) {
    if (IsAsItShallStay(location)) return;
    for (const DesiredServer& server : location.servers) {
      if (server.external) continue;
      if (desired_.in_place && &server != &location.servers.back()) continue;  // there is room for one
      const std::string object = ServerObject(server.location, server.content);
      if (!desired_.usable) {
        Keep(object, location.name, "waits for a revision that can be used");
        continue;
      }
      if (!server.not_runnable.empty()) {
        Keep(object, location.name, "not runnable here: " + server.not_runnable);
        continue;
      }
      const ObservedServer* running = servers_.Find(server);
      const bool proven = location.has_serving && &server == &location.servers.front();
      if (running == nullptr && awaits_base_) {
        Keep(object, location.name, "waits for what belongs to all locations");
        awaits_proven_ |= proven;
      } else if (running == nullptr) {
        StartServer(location, server, proven);
      } else if (running->state == ServerState::kStopping) {
        Keep(object, location.name, "ending, to be started again once it is gone");
        LookAgain(std::chrono::milliseconds(200));
      } else if (!running->edited.empty()) {
        Heal(location, server, *running);  // also where it has failed: the edit may be why
      } else if (running->state == ServerState::kFailed) {
        Keep(object, location.name, running->reason);
      }
    }
  }

  // What somebody changed about a server that is otherwise the wanted one.
  void Heal(const DesiredLocation& location, const DesiredServer& server, const ObservedServer& running) {
    const std::string object = ServerObject(server.location, server.content);
    if (desired_.drift == EnvironmentOptions::Drift::kReport)
      return Keep(object, location.name, running.edited + "; `drift: report` leaves it so");
    AddStart(location, server, running.edited);
  }

  void StartServer(const DesiredLocation& location, const DesiredServer& server, bool proven) {
    const RetireVerdict former = proven ? RetireVerdict{true, false, "", {}} : MayReplace(location);
    if (!former.stop) {
      LookAgain(*former.look_again);
      plan_.awaits_runs = true;
      return Keep(ServerObject(server.location, server.content), location.name,
                  former.reason + ", so what is there is not replaced yet");
    }
    PlanItem& item = AddStart(location, server, StartReason(location, proven));
    if (!proven) item.changes = location.changes;
    item.cut_runs = former.cut_runs;
    if (former.cut_runs) item.reason += "; " + former.reason;
    awaits_proven_ |= proven;
  }

  // In place, what serves ends when another version does. One that is going back to what is proven replaces nothing
  // that serves.
  RetireVerdict MayReplace(const DesiredLocation& location) const {
    if (!desired_.in_place) return {true, false, "", {}};
    const Duration waited = location.wanted_since ? observed_.now - *location.wanted_since : Duration(0);
    for (const ObservedServer* server : servers_.Of(location.name)) {
      if (server->state != ServerState::kReady || server->external) continue;
      RetireVerdict verdict = JudgeReplacement(*server, location.runs, waited);
      if (!verdict.stop || verdict.cut_runs) return verdict;
    }
    return {true, false, "", {}};
  }

  PlanItem& AddStart(const DesiredLocation& location, const DesiredServer& server, std::string reason) {
    PlanItem item;
    item.action = Action::kStart;
    item.object = ServerObject(server.location, server.content);
    item.location = location.name;
    item.reason = std::move(reason);
    item.server = server;
    item.content = server.content;
    if (desired_.in_place) item.former_ids = IdsAt(location);
    plan_.items.push_back(std::move(item));
    return plan_.items.back();
  }

  // Of whatever the webservers list under the names that its servers have.
  std::set<std::string> IdsAt(const DesiredLocation& location) const {
    std::set<std::string> ids;
    for (const ObservedWebserver& webserver : observed_.webservers) {
      for (const DesiredServer& server : location.servers) {
        const auto listed = webserver.locations.find(server.location_name);
        if (listed != webserver.locations.end() && !listed->second.server_id.empty())
          ids.insert(listed->second.server_id);
      }
    }
    return ids;
  }

  std::string StartReason(const DesiredLocation& location, bool proven) const {
    if (proven && IsThere(location.name)) return "back to the last good version";
    if (proven) return "its server is not running";
    if (const std::string from = ForeignRelease(location.name); !from.empty()) return "taken over from release " + from;
    if (!location.has_serving) return "new location";
    if (location.changes.empty()) return "what it is made of changed";
    std::string paths;
    for (const FieldChange& change : location.changes) paths += (paths.empty() ? "" : ", ") + change.path;
    return "changed: " + paths;
  }

  // In place: by something else than what is wanted.
  bool IsThere(const std::string& location) const { return desired_.in_place && !servers_.Of(location).empty(); }

  // Of somebody else's, that the location is served from; empty: of none.
  std::string ForeignRelease(const std::string& location) const {
    for (const ObservedServer* server : servers_.Of(location)) {
      if (!server->foreign.empty()) return server->foreign;
    }
    return "";
  }

  void Publish() {
    if (observed_.published == workspace_.text) return;
    if (awaits_proven_) {
      // A server that is only just being started has no address yet; publishing now would drop its location.
      Keep("workspace.yaml", "", "waits until every proven server is started");
      LookAgain(Duration(0));
      return;
    }
    if (MayStayEdited()) {
      leaves_edited_ = true;
      return Keep("workspace.yaml", "", "was changed by hand; `drift: report` leaves it so until the next publish");
    }
    if (const Duration wait = PublishWait(); wait > Duration(0)) {
      Keep("workspace.yaml", "", "was written a moment ago, so what has changed since waits a moment");
      postponed_ = true;
      return LookAgain(wait);
    }
    PlanItem item;
    item.action = Action::kPublish;
    item.object = "workspace.yaml";
    item.reason = PublishReason();
    item.changes = PublishedChanges();
    item.text = workspace_.text;
    plan_.items.push_back(std::move(item));
    publishes_ = true;
  }

  // Not for what somebody else wrote: that is put right at once.
  Duration PublishWait() const {
    if (!observed_.written_at || observed_.edited || options_.publish_every == Duration(0)) return Duration(0);
    return TimeUntil(*observed_.written_at + options_.publish_every, observed_.now, options_.publish_every);
  }

  // Somebody changed the file, nothing else is to be published, and the environment wants to be told of it, no more. A
  // file that is gone is no file to be left: without it everything would drop out of Dagster at its next reload.
  bool MayStayEdited() const {
    return desired_.drift == EnvironmentOptions::Drift::kReport && observed_.edited && !IsDue();
  }

  bool IsDue() const { return observed_.written != PublishedDigest(workspace_.text); }

  std::string PublishReason() const {
    if (!observed_.published) return observed_.written.empty() ? "not written yet" : "it was removed by hand";
    if (desired_.in_place && observed_.written.empty()) return "taken over: it was not written from here";
    if (!observed_.edited) return "the servers it names changed";
    return IsDue() ? "the servers it names changed, and it was changed by hand" : "it was changed by hand";
  }

  // Old and new address by location name. What was published is known from the servers.
  std::vector<FieldChange> PublishedChanges() const {
    std::map<std::string, std::string> before;
    for (const ObservedServer& server : observed_.servers) {
      if (server.published) before[server.address.location_name] = AddressText(server.address);
    }
    std::vector<FieldChange> changes;
    for (const WorkspaceEntry& entry : workspace_.entries) {
      const auto old = before.extract(entry.location_name);
      const std::string old_address = old.empty() ? "" : old.mapped();
      if (old_address != AddressText(entry)) changes.push_back({entry.location_name, old_address, AddressText(entry)});
    }
    for (const auto& [name, address] : before) changes.push_back({name, address, ""});
    return changes;
  }

  // What a webserver does not yet show as published. `location_name`: it has read that its server is there, and would
  // have to look at that one again.
  struct Staleness {
    std::string reason;  // empty: it shows all
    std::string location_name;
  };

  Staleness Stale(const ObservedWebserver& webserver) const {
    if (publishes_) return {"workspace.yaml is written anew", ""};
    for (const WorkspaceEntry& entry : workspace_.entries) {
      const auto listed = webserver.locations.find(entry.location_name);
      if (listed == webserver.locations.end()) return {entry.location_name + " is not listed", ""};
      const ObservedServer* server = At(entry);
      if (server == nullptr || server->state != ServerState::kReady) continue;
      const std::string stale = StaleEntry(webserver, listed->second, *server);
      if (!stale.empty()) return {entry.location_name + stale, entry.location_name};
    }
    return {Gone(webserver), ""};
  }

  std::string StaleEntry(const ObservedWebserver& webserver, const LoadedLocation& listed,
                         const ObservedServer& server) const {
    if (!server.external && !listed.error.empty()) return " is listed with an error though its server is ready";
    if (!server.foreign.empty()) return "";  // whatever is in it: it is to be replaced
    if (!server.external && !server.server_id.empty())
      return listed.server_id == server.server_id ? "" : " is listed from another server";
    const DesiredServer* wanted = Unproven(server);
    const bool former = wanted != nullptr && MayListFormer(webserver, listed, server, wanted->reimports);
    return former ? " may be listed from another server" : "";
  }

  // A webserver may list more than we publish: from a workspace file of its own beside ours. Those are nobody's to
  // reload. What was published in an earlier life is not known, so one that lists more is asked to reload once.
  std::string Gone(const ObservedWebserver& webserver) const {
    if (awaits_proven_) return "";  // the file stays as it is, whatever is wanted of it by now
    const bool asked = webserver.reloaded && !webserver.reload_failed;
    for (const auto& [name, location] : webserver.locations) {
      if (entry_names_.contains(name)) continue;
      if (observed_.once_published.contains(name)) return "it lists " + name + ", which is gone";
      if (!asked) return "it lists " + name + ", which may be gone";
    }
    return "";
  }

  // What it was made from, where that is not proven; otherwise nullptr.
  const DesiredServer* Unproven(const ObservedServer& server) const {
    const DesiredLocation* location = wanted_.Find(server.location);
    if (location == nullptr || location->servers.empty()) return nullptr;
    const bool proven = location->has_serving && location->servers.front().content == server.content;
    return proven ? nullptr : &location->servers.back();
  }

  const ObservedServer* At(const WorkspaceEntry& entry) const {
    const auto found = by_address_.find(AddressText(entry));
    return found == by_address_.end() ? nullptr : found->second;
  }

  void Reload(const ObservedWebserver& webserver) {
    if (leaves_edited_) return;  // it shows what somebody wrote
    if (postponed_) return;      // it cannot show what is not written yet
    const std::string object = "webserver/" + webserver.url;
    if (!webserver.error.empty() && !publishes_) return;  // how soon to ask again is whoever asks it to say
    const Staleness stale = Stale(webserver);
    if (stale.reason.empty()) return;
    if (webserver.reloading && !publishes_) return Keep(object, "", stale.reason + "; it is reloading");
    PlanItem item;
    item.action = Action::kReload;
    item.object = object;
    item.reason = stale.reason;
    item.text = webserver.url;
    item.restart = stale.location_name.empty() && RestartsFor(webserver);
    if (ReloadsAlone(webserver)) item.reload_location = stale.location_name;
    if (webserver.read_only && !item.restart)
      return Keep(object, "", stale.reason + "; it is read-only, and notices by itself");
    const Duration wait = publishes_ ? Duration(0) : ReloadWait(webserver, item.reload_location);
    if (wait > Duration(0)) {
      Keep(object, "", stale.reason + "; asked to reload, looks again in " + FormatDuration(wait));
      return LookAgain(wait);
    }
    plan_.items.push_back(std::move(item));
  }

  bool RestartsFor(const ObservedWebserver& webserver) const {
    using Mode = EnvironmentOptions::Reload;
    if (desired_.reload == Mode::kRestart) return true;
    if (desired_.reload == Mode::kInPlace) return false;
    if (webserver.read_only) return true;
    return std::any_of(desired_.locations.begin(), desired_.locations.end(), [](const DesiredLocation& location) {
      return !location.servers.empty() && location.servers.back().reimports;
    });
  }

  // Once it has read the file as it is now, one location can be looked at without all the others. New pods have.
  bool ReloadsAlone(const ObservedWebserver& webserver) const {
    return RestartsFor(webserver) || (webserver.reloaded && !webserver.reload_failed);
  }

  // Asking again and again would make Dagster re-read every location each time: with a pause of 2 seconds, 2, 4, 8, 16,
  // 30, 30 ... apart.
  Duration ReloadWait(const ObservedWebserver& webserver, const std::string& location_name) const {
    std::optional<WallTime> asked = webserver.reloaded;
    if (const auto listed = webserver.locations.find(location_name); listed != webserver.locations.end())
      asked = std::max(asked, listed->second.reloaded);
    if (!asked) return Duration(0);
    constexpr Duration kLongest = std::chrono::seconds(30);
    const int doublings = std::clamp(webserver.reloads - 1, 0, 10);
    const Duration pause = std::min(kLongest, options_.reload_pause * (1 << doublings));
    return TimeUntil(*asked + pause, observed_.now, pause);
  }

  void Retire(const ObservedServer& server) {
    if (!server.foreign.empty()) return;  // whoever made it may want it
    if (IsDesired(server) || IsReplacedInPlace(server) || StaysAsItIs(server)) return;
    const RetireVerdict verdict = JudgeRetirement(
        {server, RunsOf(server.location), observed_.now, options_.retire_after, IsNamed(server), publishes_});
    const std::string object = ServerObject(server.location, server.content);
    if (verdict.look_again) LookAgain(*verdict.look_again);
    plan_.awaits_runs |= verdict.for_runs;
    if (!verdict.stop) return Keep(object, server.location, verdict.reason);
    PlanItem item;
    item.action = Action::kStop;
    item.object = object;
    item.location = server.location;
    item.reason = verdict.reason;
    item.content = server.content;
    item.cut_runs = verdict.cut_runs;
    plan_.items.push_back(std::move(item));
  }

  bool IsNamed(const ObservedServer& server) const { return entry_addresses_.contains(AddressText(server.address)); }

  bool IsDesired(const ObservedServer& server) const {
    const DesiredLocation* location = wanted_.Find(server.location);
    return location != nullptr &&
           std::any_of(location->servers.begin(), location->servers.end(),
                       [&](const DesiredServer& wanted) { return wanted.content == server.content; });
  }

  bool IsReplacedInPlace(const ObservedServer& server) const {
    return desired_.in_place && wanted_.Find(server.location) != nullptr;
  }

  // One that failed before it was ever published serves nobody, and in its place it could not be tried again.
  bool StaysAsItIs(const ObservedServer& server) const {
    const bool failed = server.state == ServerState::kFailed || server.state == ServerState::kBroken;
    return IsLeftAlone(server.location) && (server.published || server.retired || !failed);
  }

  bool IsLeftAlone(const std::string& location) const { return left_alone_.contains(location); }

  RunsPolicy RunsOf(const std::string& name) const {
    if (const DesiredLocation* location = wanted_.Find(name)) return location->runs;
    for (const Removal& removal : desired_.removals) {
      if (removal.name == name) return removal.runs;
    }
    return {};
  }

  const Desired& desired_;
  const Observed& observed_;
  const WantedWorkspace& workspace_;
  const PlanOptions& options_;
  ServersByLocation servers_;
  DesiredByName wanted_;
  std::map<std::string, const ObservedServer*> by_address_;
  std::set<std::string> entry_names_;      // of workspace_
  std::set<std::string> entry_addresses_;  // of workspace_
  std::set<std::string> left_alone_;
  Plan plan_;
  bool awaits_base_ = false;
  bool awaits_proven_ = false;
  bool publishes_ = false;
  bool postponed_ = false;
  bool leaves_edited_ = false;
};

}  // namespace

Plan MakePlan(const Desired& desired, const Observed& observed, const WantedWorkspace& workspace,
              const PlanOptions& options) {
  return Planner(desired, observed, workspace, options).Run();
}

}  // namespace dagitops::plan
