#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dagitops/base/result.h"
#include "dagitops/model/decision.h"
#include "dagitops/model/history.h"
#include "dagitops/model/status.h"

namespace dagitops {

// The version of decisions.json and of the files below versions/.
inline constexpr int kHistorySchemaVersion = 1;

// What a record says was decided: enough to have the same locations again in the same versions, whatever became of the
// commits they were composed at.
struct RecordedState {
  std::string environment;
  bool paused = false;
  std::optional<Revision> pinned;  // apply --at
  Rebuilt content;                 // its commit is not in the files

  friend bool operator==(const RecordedState&, const RecordedState&) = default;
};

// decisions.json, and versions/<name>.json for each location that has a version: indented JSON, a field a line, so that
// git shows what changed. Locations that simply follow git stand in no list. Of a failed version neither the times nor
// the number of tries are written: they say nothing of what was decided. Texts are redacted.
HistoryFiles DecisionFiles(const RecordedState& state);

// The same back. kInvalid history-json names the file and the field; kStalled store-newer: a newer dagitops wrote it.
Result<RecordedState> ReadDecisionFiles(const HistoryFiles& files);

// One file of versions/; errors as above.
Result<Version> ReadVersionFile(std::string_view text);

// status.json: how the locations stood, without times, process ids, ids of servers or addresses. Locations on their way
// out are left out.
std::string RecordedStatus(const EnvironmentStatus& status);

}  // namespace dagitops
