#include "dagitops/store/history_json.h"

#include <utility>

#include "dagitops/base/secret.h"
#include "dagitops/base/text.h"

#include "store/document.h"
#include "store/model_fields.h"
#include "store/pretty_json.h"
#include "store/utf8.h"

namespace dagitops {
namespace {

constexpr DocumentKind kDocument{.code = "history-json", .version = kHistorySchemaVersion};
constexpr std::size_t kLongestReason = 400;

// As the file has it. The version is in a file of its own.
struct Decision {
  DecisionKind decision = DecisionKind::kFollow;
  std::string reason;
  std::string removal_waits;
  std::string pinned_over;
  Shared<Version> pinned;
  bool failed = false;
  std::string failed_key;
  std::string failed_revision;
  std::string failed_author;
  std::string failed_reason;
};

struct Decisions {
  std::string environment;
  Revision source;
  bool paused = false;
  std::optional<Revision> pinned;
  EnvironmentOptions options;
  Value chart_values;
  Value system_values;
  std::map<std::string, Decision> locations;
};

template <class A>
void Fields(A& a, Same<Decision> auto& d) {
  a.Word("decision", d.decision, kDecisionWords);
  a.OrNull("reason", d.reason);
  a.OrNull("removalWaits", d.removal_waits);
  a.Field("pinned", d.pinned);
  a.OrNull("pinnedOver", d.pinned_over);
  a.Field("failed", d.failed);
  a.OrNull("failedKey", d.failed_key);
  a.OrNull("failedRevision", d.failed_revision);
  a.OrNull("failedAuthor", d.failed_author);
  a.OrNull("failedReason", d.failed_reason);
}

template <class A>
void Fields(A& a, Same<Decisions> auto& d) {
  a.Field("environment", d.environment);
  a.Field("source", d.source);
  a.Field("paused", d.paused);
  a.Field("pinned", d.pinned);
  a.Field("options", d.options);
  a.Field("chartValues", d.chart_values);
  a.Field("systemValues", d.system_values);
  a.Field("locations", d.locations);
}

std::string Shown(const std::string& text) { return Shorten(Redact(text), kLongestReason); }

Decision ToDecision(const LocationRecord& record) {
  Decision decision{record.decision,
                    Shown(record.reason),
                    Shown(record.removal_waits),
                    record.pinned_over,
                    record.pinned,
                    false,
                    "",
                    "",
                    "",
                    ""};
  if (!record.failed) return decision;
  decision.failed = true;
  decision.failed_key = record.failed->key;
  decision.failed_revision = record.failed->revision;
  decision.failed_author = record.failed->author;
  decision.failed_reason = Shown(record.failed->reason);
  return decision;
}

LocationRecord ToRecord(Decision decision) {
  LocationRecord record;
  record.decision = decision.decision;
  record.reason = std::move(decision.reason);
  record.removal_waits = std::move(decision.removal_waits);
  record.pinned = std::move(decision.pinned);
  record.pinned_over = std::move(decision.pinned_over);
  if (decision.failed) {
    record.failed = FailedVersion{
        decision.failed_key, decision.failed_revision, decision.failed_author, decision.failed_reason, WallTime{}, 1,
        WallTime{}};
  }
  return record;
}

// One that only follows is told by its version alone.
bool SaysSomething(const LocationRecord& record) {
  return record.decision != DecisionKind::kFollow || record.failed || record.pinned || !record.removal_waits.empty() ||
         !record.last_good;
}

template <class T>
std::string PrettyDocument(const T& value) {
  JsonWriter writer;
  writer.Field("schemaVersion", kHistorySchemaVersion);
  Fields(writer, value);
  return PrettyJson(writer.Take());
}

Error In(const std::string& path, Error error) {
  error.subject = path;
  error.hint = error.code == "store-newer" ? "run the newer dagitops that wrote it"
                                           : "choose another commit of the history; see `dagitops history`";
  return error;
}

// "versions/<name>.json" -> name; "" for another path.
std::string NameOfVersion(const std::string& path) {
  const std::size_t slash = path.find('/');
  const std::size_t dot = path.rfind('.');
  if (slash == std::string::npos || dot == std::string::npos || dot < slash) return "";
  std::string name = path.substr(slash + 1, dot - slash - 1);
  return HistoryVersionPath(name) == path ? name : "";
}

}  // namespace

HistoryFiles DecisionFiles(const RecordedState& state) {
  HistoryFiles files;
  const Rebuilt& content = state.content;
  Decisions decisions{state.environment, content.source,       state.paused,          state.pinned,
                      content.options,   content.chart_values, content.system_values, {}};
  for (const auto& [name, record] : content.locations) {
    if (SaysSomething(record)) decisions.locations[name] = ToDecision(record);
    if (record.last_good) files[HistoryVersionPath(name)] = PrettyDocument(*record.last_good);
  }
  files[kHistoryDecisions] = PrettyDocument(decisions);
  return files;
}

Result<Version> ReadVersionFile(std::string_view text) { return ReadDocument<Version>(text, kDocument); }

Result<RecordedState> ReadDecisionFiles(const HistoryFiles& files) {
  const auto file = files.find(kHistoryDecisions);
  if (file == files.end()) return In(kHistoryDecisions, BadDocument(kDocument, "the commit has no such file"));
  auto decisions = ReadDocument<Decisions>(file->second, kDocument);
  if (!decisions) return In(kHistoryDecisions, decisions.error());
  RecordedState state{decisions->environment, decisions->paused, decisions->pinned, {}};
  state.content.source = decisions->source;
  state.content.options = decisions->options;
  state.content.chart_values = decisions->chart_values;
  state.content.system_values = decisions->system_values;
  for (auto& [name, decision] : decisions->locations) state.content.locations[name] = ToRecord(std::move(decision));
  for (const auto& [path, text] : files) {
    const std::string name = NameOfVersion(path);
    if (name.empty()) continue;
    auto version = ReadVersionFile(text);
    if (!version) return In(path, version.error());
    state.content.locations[name].last_good = std::move(*version);
  }
  return state;
}

std::string RecordedStatus(const EnvironmentStatus& status) {
  boost::json::array locations;
  for (const LocationStatus& location : status.locations) {
    if (location.phase == LocationPhase::kRemoving) continue;
    JsonWriter writer;
    writer.Field("name", location.name);
    writer.Field("locationName", location.location_name);
    writer.OrNull("owner", location.owner);
    writer.Word("phase", location.phase, kPhaseWords);
    writer.OrNull("reason", Shown(location.reason));
    writer.OrNull("revision", location.revision);
    writer.OrNull("author", location.author);
    locations.push_back(writer.Take());
  }
  JsonWriter writer;
  writer.Field("schemaVersion", kHistorySchemaVersion);
  writer.Field("environment", status.environment);
  writer.Field("paused", status.paused);
  boost::json::object document = writer.Take();
  document["locations"] = std::move(locations);
  document["waitingRemovals"] = ToJson(status.waiting_removals);
  return ReplaceInvalidUtf8(PrettyJson(document));
}

}  // namespace dagitops
