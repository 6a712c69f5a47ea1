#include "dagitops/decide/judge.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "dagitops/model/lookup.h"

namespace dagitops::decide {
namespace {

using Kind = Verdict::Kind;

// How one webserver sees the location, given the server it must have loaded it from.
Verdict JudgeWebserver(const ObservedWebserver& webserver, const DesiredLocation& location,
                       const ObservedServer& server, const std::pair<WallTime, Duration>& now_and_deadline) {
  const auto [now, deadline] = now_and_deadline;
  const auto pending = [&](std::string reason) { return Verdict{location.name, Kind::kPending, std::move(reason)}; };
  if (!webserver.error.empty()) return pending("waiting for the webserver: " + webserver.error);
  const auto listed = webserver.locations.find(location.location_name);
  if (listed == webserver.locations.end()) return pending("waiting for " + webserver.url + " to list it");
  const LoadedLocation& loaded = listed->second;
  if (!loaded.error.empty()) {
    const bool over = loaded.error_since && now - *loaded.error_since >= deadline;
    return {location.name, over ? Kind::kBad : Kind::kPending, "Dagster cannot load it: " + loaded.error};
  }
  const bool reimports = location.servers.back().reimports;
  const bool other = server.server_id.empty() ? MayListFormer(webserver, loaded, server, reimports)
                                              : loaded.server_id != server.server_id;
  if (other) return pending("waiting for " + webserver.url + " to load the new server");
  return {location.name, Kind::kProven, ""};
}

Verdict JudgeWebservers(const DesiredLocation& location, const ObservedServer& server, const Observed& observed,
                        const JudgeOptions& options) {
  const bool readiness = options.verify == EnvironmentOptions::Verify::kReadiness;
  if (readiness) return {location.name, Kind::kProven, ""};
  if (observed.webservers.empty()) return {location.name, Kind::kPending, "waiting for a webserver to ask"};
  for (const ObservedWebserver& webserver : observed.webservers) {
    Verdict verdict = JudgeWebserver(webserver, location, server, {observed.now, options.load_deadline});
    if (verdict.kind != Kind::kProven) return verdict;
  }
  return {location.name, Kind::kProven, ""};
}

Verdict JudgeServer(const DesiredLocation& location, const ObservedServer& server, const Observed& observed,
                    const JudgeOptions& options) {
  switch (server.state) {
    case ServerState::kBroken:
    case ServerState::kFailed:
      return {location.name, Kind::kBad, server.reason};
    case ServerState::kReady:
      if (!server.published) return {location.name, Kind::kPending, "ready, to be published"};
      return JudgeWebservers(location, server, observed, options);
    default:
      return {location.name, Kind::kPending, server.reason.empty() ? "starting" : server.reason};
  }
}

Verdict JudgeLocation(const DesiredLocation& location, const ServersByLocation& servers, const Observed& observed,
                      const JudgeOptions& options) {
  if (location.servers.empty()) return {location.name, Kind::kPending, "nothing to run"};
  const DesiredServer& wanted = location.servers.back();
  if (!wanted.not_runnable.empty()) {
    return {location.name, Kind::kPending, "not runnable here: " + wanted.not_runnable};
  }
  const ObservedServer* server = servers.Find(wanted);
  if (server == nullptr) return {location.name, Kind::kPending, "to be started"};
  return JudgeServer(location, *server, observed, options);
}

// 1, 2, 4, 8, 10, 10 ... minutes.
Duration RetryDelay(int attempts) {
  return attempts > 4 ? kLongestRetry : std::min<Duration>(std::chrono::minutes(1 << (attempts - 1)), kLongestRetry);
}

void RememberFailure(LocationRecord& record, const Version& version, const std::string& reason, WallTime now) {
  const std::string key = VersionKey(version);
  if (!record.failed || record.failed->key != key) record.failed = FailedVersion{key, "", "", "", now, 0, now};
  FailedVersion& failed = *record.failed;
  failed.revision = version.changed_in.id.empty() ? version.revision.id : version.changed_in.id;
  failed.author = AuthorText(version.changed_in);  // whoever made the head need not have touched it
  failed.reason = reason;
  failed.attempts += 1;
  failed.retry_after = now + RetryDelay(failed.attempts);
}

}  // namespace

std::vector<Verdict> Judge(const Desired& desired, const Observed& observed, const JudgeOptions& options) {
  const ServersByLocation servers(observed);
  std::vector<Verdict> verdicts;
  verdicts.reserve(desired.locations.size());
  for (const DesiredLocation& location : desired.locations) {
    verdicts.push_back(JudgeLocation(location, servers, observed, options));
  }
  return verdicts;
}

EnvironmentState Record(EnvironmentState state, const Effective& effective, const std::vector<Verdict>& verdicts,
                        WallTime now) {
  std::map<std::string, const Verdict*> by_name;
  for (const Verdict& verdict : verdicts) by_name[verdict.location] = &verdict;
  for (const EffectiveLocation& location : effective.locations) {
    const auto verdict = by_name.find(location.name);
    if (!location.candidate || verdict == by_name.end()) continue;
    if (verdict->second->kind == Kind::kPending) continue;
    LocationRecord& record = state.locations[location.name];
    if (verdict->second->kind == Kind::kProven) {
      record.last_good = location.candidate;
      record.failed.reset();
    } else {
      RememberFailure(record, *location.candidate, verdict->second->reason, now);
    }
  }
  return state;
}

EnvironmentState Forget(EnvironmentState state, const Effective& effective, const Observed& observed) {
  std::set<std::string> running;
  for (const ObservedServer& server : observed.servers) {
    // What is somebody else's is not ended from here: it is gone for us once it is not published any more.
    if (server.foreign.empty() || server.published) running.insert(server.location);
  }
  for (const Removal& removal : effective.removals) {
    if (running.contains(removal.name)) continue;
    state.locations.erase(removal.name);
    std::erase(state.approved_removals, removal.name);
  }
  return state;
}

}  // namespace dagitops::decide
