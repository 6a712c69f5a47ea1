#include "reconcile/recall.h"

#include <utility>

#include "dagitops/base/log.h"
#include "dagitops/store/history_json.h"

namespace dagitops::reconcile {

// One that cannot be read is as good as none: this is help, not need.
void Recall::Look(HistoryWriter& history) {
  if (found_) return;
  const auto newest = history.Read("latest", "");
  if (!newest) return;
  found_ = true;
  auto recorded = ReadDecisionFiles(newest->files);
  if (!recorded) return;
  for (auto& [name, record] : recorded->content.locations) {
    if (record.last_good) versions_.emplace(name, record.last_good);
  }
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
