#include "dagitops/reconcile/webserver_reconciler.h"

#include <algorithm>
#include <set>
#include <utility>

namespace dagitops::reconcile {
namespace {

constexpr Duration kAskDeadline = std::chrono::seconds(5);
constexpr Duration kReloadDeadline = std::chrono::seconds(30);
constexpr char kNotAsked[] = "it has not answered yet";

}  // namespace

WebserverReconciler::WebserverReconciler(DagsterGateway& gateway, const Clock& clock, Wakes wakes, Runs runs)
    : gateway_(gateway), clock_(clock), wakes_(std::move(wakes)), runs_(runs) {}

ReconcileResult WebserverReconciler::Reconcile() {
  while (const auto task = Next()) CarryOut(*task);
  return {};
}

std::optional<WebserverReconciler::Task> WebserverReconciler::Next() {
  auto state = state_.lock();
  for (auto& [url, entry] : state->entries) {
    if (!entry.to_ask && !entry.to_reload) continue;
    const bool reload = std::exchange(entry.to_reload, false);
    entry.to_ask = false;
    return Task{url, reload, std::exchange(entry.reload_location, ""), state->published, clock_.Now()};
  }
  return std::nullopt;
}

// What a reload brought is asked for at once, so that both are known at the same moment.
void WebserverReconciler::CarryOut(const Task& task) {
  std::optional<Error> error;
  if (task.reload) {
    if (auto reloaded = Reload(task); !reloaded) error = reloaded.error();
  }
  if (Keep(task, Ask(task.url), error)) wakes_.environment();
}

// An answer about runs is as old as its question: what began since is not in it.
ObservedWebserver WebserverReconciler::Ask(const std::string& url) {
  ObservedWebserver answer = gateway_.Locations(url, kAskDeadline);
  if (runs_ == Runs::kNotAsked || !answer.error.empty()) return answer;
  const WallTime now = clock_.Now();
  auto runs = gateway_.Runs(url, kAskDeadline);
  if (!runs) return answer;
  answer.runs = *std::move(runs);
  if (answer.runs->kept) answer.runs_at = now;
  return answer;
}

Status WebserverReconciler::Reload(const Task& task) {
  if (task.location_name.empty()) return gateway_.ReloadWorkspace(task.url, kReloadDeadline);
  return gateway_.ReloadLocation(task.url, task.location_name, kReloadDeadline);
}

// True when it says something new.
bool WebserverReconciler::Keep(const Task& task, ObservedWebserver fresh, const std::optional<Error>& error) {
  auto state = state_.lock();
  const auto found = state->entries.find(task.url);
  if (found == state->entries.end()) return false;
  Entry& entry = found->second;
  KeepHistory(entry.last, fresh, clock_.Now());
  if (task.reload) {
    fresh.reloading = entry.to_reload;
    entry.reload_error = error;
  }
  // One that was published since may not have been read.
  if (task.reload && task.published == state->published) NoteReload(task, error.has_value(), fresh);
  if (task.published != state->published) entry.to_ask = true;
  const bool news = fresh != entry.last;
  entry.last = std::move(fresh);
  return news;
}

void WebserverReconciler::NoteReload(const Task& task, bool failed, ObservedWebserver& fresh) {
  if (task.location_name.empty()) {
    fresh.reloaded = task.begun;
    fresh.reload_failed = failed;
    return;
  }
  const auto listed = fresh.locations.find(task.location_name);
  if (listed == fresh.locations.end()) return;
  listed->second.reloaded = task.begun;
  listed->second.reload_failed = failed;
}

void WebserverReconciler::KeepHistory(const ObservedWebserver& last, ObservedWebserver& fresh, WallTime now) {
  for (auto& [name, location] : fresh.locations) {
    const auto before = last.locations.find(name);
    if (before != last.locations.end()) {
      location.reloaded = before->second.reloaded;
      location.reload_failed = before->second.reload_failed;
    }
    if (location.error.empty()) continue;
    const bool known = before != last.locations.end() && before->second.error_since;
    // Not later than now, should the clock have been set back.
    location.error_since = known ? std::min(*before->second.error_since, now) : now;
  }
  if (!fresh.runs) {
    fresh.runs = last.runs;
    fresh.runs_at = last.runs_at;
  }
  fresh.reloaded = last.reloaded;
  fresh.reloads = last.reloads;
  fresh.reloading = last.reloading;
  fresh.reload_failed = last.reload_failed;
  fresh.read_only = last.read_only;
}

std::vector<ObservedWebserver> WebserverReconciler::Observe(const std::vector<WebserverEndpoint>& endpoints,
                                                            Duration fresh) {
  const WallTime now = clock_.Now();
  std::vector<ObservedWebserver> observed;
  bool work = false;
  {
    auto state = state_.lock();
    std::set<std::string> urls;
    for (const WebserverEndpoint& endpoint : endpoints) {
      urls.insert(endpoint.url);
      const auto [found, added] = state->entries.try_emplace(endpoint.url);
      Entry& entry = found->second;
      if (added) {
        entry.last.url = endpoint.url;
        entry.last.error = kNotAsked;
      }
      entry.last.read_only = endpoint.read_only;
      if (!entry.asked || TimeUntil(*entry.asked + fresh, now, fresh) == Duration(0)) {
        entry.to_ask = true;
        entry.asked = now;
      }
      work |= entry.to_ask || entry.to_reload;
      observed.push_back(entry.last);
    }
    std::erase_if(state->entries, [&](const auto& entry) { return !urls.contains(entry.first); });
  }
  if (work) wakes_.worker();
  return observed;
}

void WebserverReconciler::Published() {
  auto state = state_.lock();
  ++state->published;
  for (auto& [url, entry] : state->entries) {
    entry.asked.reset();
    entry.last.reloaded.reset();
    entry.last.reloads = 0;
    entry.last.reload_failed = false;
    entry.reload_error.reset();
    for (auto& [name, location] : entry.last.locations) {
      location.error_since.reset();
      location.reloaded.reset();
      location.reload_failed = false;
    }
  }
}

void WebserverReconciler::Restarted(const std::string& url) {
  auto state = state_.lock();
  const auto found = state->entries.find(url);
  if (found == state->entries.end()) return;
  found->second.last.reloads += 1;
  found->second.last.reloaded = clock_.Now();
  found->second.last.reload_failed = true;
}

void WebserverReconciler::Reload(const std::string& url, const std::string& location_name) {
  {
    auto state = state_.lock();
    Entry& entry = state->entries[url];
    entry.last.url = url;
    entry.last.reloads += 1;
    entry.last.reloading = true;
    // Whoever waits for the whole workspace is not content with one location.
    const bool whole = entry.to_reload && entry.reload_location.empty();
    entry.reload_location = whole ? "" : location_name;
    entry.to_reload = true;
    entry.asked = clock_.Now();
  }
  wakes_.worker();
}

std::vector<Error> WebserverReconciler::Failures() {
  std::vector<Error> failures;
  auto state = state_.lock();
  for (const auto& [url, entry] : state->entries) {
    if (entry.reload_error) failures.push_back(*entry.reload_error);
  }
  return failures;
}

}  // namespace dagitops::reconcile
