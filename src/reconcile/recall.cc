#include "reconcile/recall.h"

#include <utility>
#include <vector>

#include "dagitops/base/log.h"
#include "dagitops/decide/path_names.h"
#include "dagitops/store/history_json.h"

namespace dagitops::reconcile {
namespace {

constexpr Duration kPatience = std::chrono::seconds(30);

// What a person decided about it, and nothing that this life finds out by itself.
std::optional<LocationRecord> OfAPerson(const LocationRecord& record) {
  if (!record.pinned && record.removal_waits.empty()) return std::nullopt;
  LocationRecord decided;
  decided.decision = record.decision;
  decided.reason = record.reason;
  decided.pinned = record.pinned;
  decided.pinned_over = record.pinned_over;
  decided.removal_waits = record.removal_waits;
  return decided;
}

}  // namespace

// One that cannot be read is as good as none: this is help, not need.
void Recall::Look(HistoryWriter& history) {
  if (found_) return;
  const auto newest = history.Read("latest", "");
  if (!newest) return;
  found_ = true;
  auto recorded = ReadDecisionFiles(newest->files);
  if (!recorded) return;
  paused_ = recorded->paused;
  pinned_ = recorded->pinned;
  chart_values_ = recorded->content.chart_values;
  system_values_ = recorded->content.system_values;
  for (auto& [name, record] : recorded->content.locations) {
    if (auto decided = OfAPerson(record)) decisions_.emplace(name, *std::move(decided));
    if (record.last_good) versions_.emplace(name, record.last_good);
  }
}

bool Recall::Awaits(bool asked, WallTime now) {
  if (decided_ || asked) return false;
  if (!since_) since_ = now;
  return TimeUntil(*since_ + kPatience, now, kPatience) > Duration(0);
}

void Recall::Decide(EnvironmentState& state) {
  if (std::exchange(decided_, true)) return;
  state.paused = paused_;
  state.pinned = pinned_;
  state.chart_values = chart_values_;
  state.system_values = system_values_;
  for (auto& [name, record] : decisions_) state.locations[name] = std::move(record);
  for (const auto& [name, version] : versions_) decide::RememberPaths(state, name, version->location.sources);
  if (paused_) {
    for (const auto& [name, version] : versions_) state.locations[name].last_good = version;
  }
  if (paused_ || pinned_ || !decisions_.empty())
    Log(LogLevel::kInfo, "goes on with what was decided, as the history has it",
        {{"environment", state.environment},
         {"paused", paused_ ? "yes" : "no"},
         {"pinned", pinned_ ? pinned_->Short() : ""},
         {"locations", std::to_string(decisions_.size())}});
  decisions_.clear();
}

void Recall::Fill(EnvironmentState& state) {
  for (auto& [name, record] : state.locations) {
    const auto version = versions_.find(name);
    if (version == versions_.end() || (!record.last_good && !record.failed)) continue;
    if (!record.last_good && record.failed->key != VersionKey(*version->second)) {
      Log(LogLevel::kInfo, "goes on with the version of the history",
          {{"environment", state.environment}, {"location", name}, {"revision", version->second->revision.Short()}});
      record.last_good = version->second;
    }
    versions_.erase(version);
  }
}

}  // namespace dagitops::reconcile
