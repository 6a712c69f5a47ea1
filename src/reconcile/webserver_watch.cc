#include "reconcile/webserver_watch.h"

#include <algorithm>
#include <set>
#include <utility>

namespace dagitops::reconcile {
namespace {

constexpr Duration kAskDeadline = std::chrono::seconds(5);
// reloadWorkspace connects to every location in turn before it answers (dagster 1.13.27, context.py).
constexpr Duration kReloadDeadline = std::chrono::seconds(30);

}  // namespace

std::vector<ObservedWebserver> WebserverWatch::Observe(const std::vector<WebserverEndpoint>& endpoints, WallTime now,
                                                       Duration fresh) {
  std::set<std::string> urls;
  std::vector<ObservedWebserver> observed;
  for (const WebserverEndpoint& endpoint : endpoints) {
    urls.insert(endpoint.url);
    Entry& entry = entries_[endpoint.url];
    if (!entry.asked || TimeUntil(*entry.asked + fresh, now, fresh) == Duration(0)) Ask(entry, endpoint.url, now);
    observed.push_back(entry.last);
  }
  std::erase_if(entries_, [&](const auto& entry) { return !urls.contains(entry.first); });
  return observed;
}

void WebserverWatch::Ask(Entry& entry, const std::string& url, WallTime now) {
  ObservedWebserver fresh = gateway_.Locations(url, kAskDeadline);
  for (auto& [name, location] : fresh.locations) {
    if (location.error.empty()) continue;
    const auto before = entry.last.locations.find(name);
    const bool known = before != entry.last.locations.end() && before->second.error_since;
    // Not later than now, should the clock have been set back.
    location.error_since = known ? std::min(*before->second.error_since, now) : now;
  }
  fresh.reloaded = entry.last.reloaded;
  fresh.reloads = entry.last.reloads;
  fresh.reload_failed = entry.last.reload_failed;
  entry.last = std::move(fresh);
  entry.asked = now;
}

void WebserverWatch::Published() {
  for (auto& [url, entry] : entries_) {
    entry.asked.reset();
    entry.last.reloaded.reset();
    entry.last.reloads = 0;
    for (auto& [name, location] : entry.last.locations) location.error_since.reset();
  }
}

Status WebserverWatch::Reload(const std::string& url, WallTime now) {
  Entry& entry = entries_[url];
  entry.asked.reset();
  entry.last.reloaded = now;
  entry.last.reloads += 1;
  Status status = gateway_.ReloadWorkspace(url, kReloadDeadline);
  entry.last.reload_failed = !status;
  return status;
}

}  // namespace dagitops::reconcile
