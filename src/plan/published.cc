#include "dagitops/plan/published.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "dagitops/model/lookup.h"

namespace dagitops::plan {
namespace {

using Entries = std::vector<WorkspaceEntry>;

// The address with the location's metadata, which the target does not know, under the name that this very server was
// told: an old server keeps its old name, or a rename would take the schedules away before the new server is proven.
WorkspaceEntry At(const DesiredLocation& location, const std::string& location_name, const ObservedServer& server) {
  WorkspaceEntry entry = server.address;
  entry.location_name = location_name;
  entry.metadata = location.published.metadata;
  return entry;
}

// What is observed, by what is asked of it.
class View {
 public:
  View(const Desired& desired, const Observed& observed)
      : servers_(observed),
        left_alone_(desired.left_alone.begin(), desired.left_alone.end()),
        in_place_(desired.in_place) {
    for (const ObservedServer& server : observed.servers) {
      if (server.published) published_.emplace(server.location, &server);
    }
  }

  // Where this location may be published, the best first: at the wanted server once its definitions load, at the proven
  // one, whatever its state, and where nothing is known to be proven at the one that is published now.
  Entries Choices(const DesiredLocation& location) const {
    const ObservedServer* now = Published(location.name);
    if (now != nullptr && left_alone_.contains(location.name)) return {As(location, *now)};
    Entries choices;
    if (location.servers.empty()) return choices;
    const ObservedServer* wanted = servers_.Find(location.servers.back());
    if (wanted != nullptr && wanted->state == ServerState::kReady) choices.push_back(As(location, *wanted));
    const ObservedServer* fallback = location.has_serving ? servers_.Find(location.servers.front()) : now;
    const bool known = fallback == wanted && !choices.empty();
    if (fallback != nullptr && !known) choices.push_back(As(location, *fallback));
    if (choices.empty() && in_place_ && location.has_serving) AddSuccessor(location, choices);
    return choices;
  }

  // The entry it has now; it must have one.
  WorkspaceEntry Now(const DesiredLocation& location) const { return As(location, *Published(location.name)); }

  bool IsPublished(const WorkspaceEntry& entry) const {
    return std::any_of(published_.begin(), published_.end(), [&](const auto& known) {
      return SameAddress(known.second->address, entry) && known.second->address.location_name == entry.location_name;
    });
  }

  const ObservedServer* Published(const std::string& location) const {
    const auto found = published_.find(location);
    return found == published_.end() ? nullptr : found->second;
  }

 private:
  static WorkspaceEntry As(const DesiredLocation& location, const ObservedServer& server) {
    for (const DesiredServer& known : location.servers) {
      if (known.content == server.content) return At(location, known.location_name, server);
    }
    return At(location, server.address.location_name, server);
  }

  // What has taken the proven server's place is reached at its address, under its name until more is known.
  void AddSuccessor(const DesiredLocation& location, Entries& choices) const {
    for (const ObservedServer* server : servers_.Of(location.name)) {
      if (server->external) continue;
      choices.push_back(At(location, location.servers.front().location_name, *server));
      return;
    }
  }

  ServersByLocation servers_;
  std::set<std::string> left_alone_;
  bool in_place_;
  std::map<std::string, const ObservedServer*> published_;  // by location; a file names one server of each
};

// Dagster refuses a file that has a name twice. That can only be while one location gives its name up and another takes
// it: the name stays with the server that has it, and the other location takes its next best choice, or waits.
void RemoveTwins(std::vector<Entries>& choices, const View& view) {
  std::map<std::string, std::size_t> holders;  // location name -> index of who has it
  std::vector<std::size_t> open;
  for (std::size_t i = choices.size(); i > 0; --i) open.push_back(i - 1);
  while (!open.empty()) {
    const std::size_t i = open.back();
    open.pop_back();
    if (choices[i].empty()) continue;
    const auto [holder, free] = holders.try_emplace(choices[i].front().location_name, i);
    if (free) continue;
    std::size_t loser = i;
    if (view.IsPublished(choices[i].front()) && !view.IsPublished(choices[holder->second].front())) {
      std::swap(loser, holder->second);
    }
    choices[loser].erase(choices[loser].begin());
    open.push_back(loser);
  }
}

// Names in Dagster that shall be there, whether or not their location can be served yet.
std::set<std::string> WantedNames(const Desired& desired) {
  std::set<std::string> names(desired.awaited.begin(), desired.awaited.end());
  for (const DesiredLocation& location : desired.locations) names.insert(location.location_name);
  return names;
}

// A location that takes another name leaves its old one only to a location that can be served under it: it stays where
// it is as long as somebody wants the name and nobody has it. The places of the locations to hold back, by index.
std::vector<std::size_t> TooEarly(const Desired& desired, const std::vector<Entries>& choices, const View& view) {
  std::set<std::string> taken;
  for (const Entries& left : choices) {
    if (!left.empty()) taken.insert(left.front().location_name);
  }
  const std::set<std::string> wanted = WantedNames(desired);
  std::vector<std::size_t> early;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (view.Published(desired.locations[i].name) == nullptr) continue;
    const std::string name = view.Now(desired.locations[i]).location_name;
    if (wanted.contains(name) && !taken.contains(name)) early.push_back(i);
  }
  return early;
}

// One address for each location that can have one, no name twice.
Entries Choose(const Desired& desired, const View& view) {
  std::vector<Entries> all;
  all.reserve(desired.locations.size());
  for (const DesiredLocation& location : desired.locations) all.push_back(view.Choices(location));
  std::vector<Entries> choices = all;
  RemoveTwins(choices, view);
  for (std::size_t round = 0; round < all.size(); ++round) {  // each holds at least one more location back
    const std::vector<std::size_t> early = TooEarly(desired, choices, view);
    if (early.empty()) break;
    for (const std::size_t i : early) all[i] = {view.Now(desired.locations[i])};
    choices = all;
    RemoveTwins(choices, view);
  }
  Entries entries;
  for (Entries& left : choices) {
    if (!left.empty()) entries.push_back(std::move(left.front()));
  }
  return entries;
}

// What stands in the file though no desired location has it: servers that are left alone, and a location on its way out
// whose name in Dagster another one takes over but cannot serve yet.
void AddOthers(const Desired& desired, const View& view, Entries& entries) {
  std::set<std::string> names;
  for (const WorkspaceEntry& entry : entries) names.insert(entry.location_name);
  const std::set<std::string> wanted = WantedNames(desired);
  std::set<std::string> known;
  for (const DesiredLocation& location : desired.locations) known.insert(location.name);
  const auto add = [&](const ObservedServer* server) {
    if (server != nullptr && names.insert(server->address.location_name).second) entries.push_back(server->address);
  };
  for (const std::string& name : desired.left_alone) {
    if (!known.contains(name)) add(view.Published(name));
  }
  for (const Removal& removal : desired.removals) {
    const ObservedServer* server = view.Published(removal.name);
    if (server != nullptr && wanted.contains(server->address.location_name)) add(server);
  }
}

}  // namespace

std::vector<WorkspaceEntry> SelectPublished(const Desired& desired, const Observed& observed) {
  const View view(desired, observed);
  Entries entries = Choose(desired, view);
  AddOthers(desired, view, entries);
  return entries;
}

}  // namespace dagitops::plan
