#include "reconcile/runs_inside.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "dagitops/model/lookup.h"

namespace dagitops::reconcile {
namespace {

constexpr Duration kFresh = std::chrono::seconds(5);  // a run may begin at any time, so this is as good as it gets

// The most that a webserver has just said of each location; they share one database, so it is the newest as a rule.
// nullopt: none keeps runs inside servers.
std::optional<std::map<std::string, int>> Told(const Observed& observed, bool& fresh) {
  std::optional<std::map<std::string, int>> told;
  fresh = false;
  for (const ObservedWebserver& webserver : observed.webservers) {
    if (!webserver.runs || !webserver.runs->kept) continue;
    if (!told) told.emplace();
    if (TimeUntil(*webserver.runs_at + kFresh, observed.now, kFresh) == Duration(0)) continue;
    fresh = true;
    for (const auto& [name, count] : webserver.runs->by_location) (*told)[name] = std::max((*told)[name], count);
  }
  return told;
}

}  // namespace

void ObserveRuns(Observed& observed) {
  bool fresh = false;
  const auto told = Told(observed, fresh);
  if (!told) return;
  for (ObservedServer& server : observed.servers) {
    if (server.external) continue;
    const auto known = told->find(server.address.location_name);
    server.active_runs = !fresh ? -1 : known == told->end() ? 0 : known->second;
  }
}

void Replacements::Note(Desired& desired, const Observed& observed) {
  const ServersByLocation servers(observed);
  std::map<std::string, Wanted> wanted;
  for (DesiredLocation& location : desired.locations) {
    if (location.servers.empty() || servers.Find(location.servers.back()) != nullptr) continue;
    const std::string& content = location.servers.back().content;
    const auto known = wanted_.find(location.name);
    const bool same = known != wanted_.end() && known->second.content == content;
    const WallTime since = same ? std::min(known->second.since, observed.now) : observed.now;
    wanted[location.name] = {content, since};
    location.wanted_since = since;
  }
  wanted_ = std::move(wanted);
}

}  // namespace dagitops::reconcile
