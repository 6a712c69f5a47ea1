#include "reconcile/history_record.h"

#include <utility>

#include "dagitops/base/digest.h"
#include "dagitops/render/recorded.h"
#include "dagitops/store/history_json.h"

namespace dagitops::reconcile {
namespace {

constexpr std::size_t kKeyDigits = 16;

// Of an environment that is rebuilt the decisions are those of the record; the versions are what runs.
RecordedState StateToRecord(const RecordInput& input) {
  const EnvironmentState& state = input.state;
  RecordedState recorded{input.effective.environment, state.paused, state.pinned, {}};
  recorded.content.source = input.effective.revision;
  recorded.content.options = input.effective.options;
  recorded.content.chart_values = input.effective.chart_values;
  recorded.content.system_values = input.effective.system_values;
  for (const auto& [name, record] : state.locations) {
    if (record.removing) continue;
    LocationRecord& to = recorded.content.locations[name];
    to = record;
    if (!state.rebuilt || record.failed) continue;  // what failed to come back is a decision of now
    const auto as = state.rebuilt->locations.find(name);
    if (as == state.rebuilt->locations.end()) continue;
    to = as->second;
    to.last_good = record.last_good;
  }
  return recorded;
}

// Each part with its length, so that no two lists of parts look alike.
class KeyText {
 public:
  KeyText& Add(const std::string& part) {
    text_ += std::to_string(part.size()) + ":" + part + ",";
    return *this;
  }
  std::string Digest() const { return ShortDigest(text_, kKeyDigits); }

 private:
  std::string text_;
};

std::string KeyOf(const Shared<Version>& version) { return version ? VersionKey(*version) : ""; }

// What was rendered and decided. Reasons, authors and the revisions that a version was composed at explain it only.
std::string MakeKey(const RecordedState& state, const HistoryFiles& rendered) {
  KeyText key;
  for (const auto& [path, text] : rendered) key.Add(path).Add(text);
  key.Add(state.paused ? "paused" : "").Add(state.pinned ? state.pinned->id : "");
  for (const auto& [name, record] : state.content.locations) {
    key.Add(name).Add(std::to_string(static_cast<int>(record.decision))).Add(KeyOf(record.last_good));
    key.Add(KeyOf(record.pinned)).Add(record.failed ? record.failed->key : "");
    key.Add(record.removal_waits.empty() ? "" : "waits");
  }
  return key.Digest();
}

}  // namespace

HistoryRecord MakeRecord(const RecordInput& input) {
  const RecordedState state = StateToRecord(input);
  HistoryFiles rendered = render::RecordedFiles(input.desired);
  rendered[kHistoryWorkspace] = input.workspace;
  HistoryRecord record;
  record.environment = state.environment;
  record.source = state.content.source.id;
  record.key = MakeKey(state, rendered);
  record.files = DecisionFiles(state);
  record.files.merge(rendered);
  record.files[kHistoryStatus] = RecordedStatus(input.status);
  return record;
}

}  // namespace dagitops::reconcile
