#include "reconcile/going_back.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "dagitops/base/text.h"
#include "dagitops/store/history_json.h"
#include "dagitops/workspace/composer.h"

namespace dagitops::reconcile {
namespace {

constexpr std::size_t kMostRecords = 1000;  // looked through for an earlier version of a location

Error NoHistory() {
  return {ErrorKind::kInvalid, "no-history", "", "no history is kept here",
          "set `environments.NAME.history.enabled: true`, or name a commit of the workspace repository"};
}

// The commit is not in the history; it may be one of the source.
bool IsNoRecord(const Error& error) { return error.code == "history-unknown"; }

// An environment that was paused when it was recorded: what would have been decided about the location otherwise.
void EndPause(LocationRecord& recorded) {
  if (recorded.decision != DecisionKind::kPaused) return;
  recorded.decision = !recorded.removal_waits.empty() ? DecisionKind::kRemovalWaiting
                      : recorded.failed               ? DecisionKind::kHold
                      : recorded.pinned               ? DecisionKind::kPinned
                                                      : DecisionKind::kFollow;
  recorded.reason = !recorded.removal_waits.empty() ? recorded.removal_waits
                    : recorded.failed               ? recorded.failed->reason
                    : recorded.pinned               ? "pinned at " + recorded.pinned->revision.Short()
                                                    : "";
}

// One location as it was at a commit of the workspace repository.
Result<Version> ComposedAt(const std::string& name, const Revision& revision, const EnvironmentState& state,
                           const RequestWorld& world) {
  DAGITOPS_ASSIGN(const SourceTree tree, world.source.ReadTree(revision, world.limits));
  workspace::Composer composer;
  const Composition composition = composer.Compose(tree, state.environment, {world.chart_version, state.path_names});
  const auto found = std::find_if(composition.locations.begin(), composition.locations.end(),
                                  [&](const auto& location) { return location->name == name; });
  if (!composition.usable || found == composition.locations.end()) {
    return Error{ErrorKind::kInvalid, "no-such-version", name,
                 "there is no usable location of that name at " + revision.Short(),
                 "name another commit with --to; `dagitops history` lists what was applied"};
  }
  Version version{revision, {}, **found, ""};
  if (version.location.settings.local && !version.location.settings.local->path.empty()) {
    const std::string& folder = version.location.settings.local->path;
    DAGITOPS_ASSIGN(const auto trees, world.source.TreeIds(revision, {folder}));
    if (const auto id = trees.find(folder); id != trees.end()) version.tree_id = id->second;
  }
  return version;
}

Result<Version> RecordedIn(const std::string& name, const std::string& commit, HistoryWriter& history) {
  const std::string path = HistoryVersionPath(name);
  DAGITOPS_ASSIGN(const HistoryRecord record, history.Read(commit, path));
  return ReadVersionFile(record.files.at(path));
}

// The newest one of the history that is another than what runs.
Result<Version> BeforeThis(const std::string& name, const LocationRecord& now, HistoryWriter* history) {
  if (history == nullptr) return NoHistory();
  DAGITOPS_ASSIGN(const auto entries, history->List(kMostRecords));
  for (const HistoryEntry& entry : entries) {
    auto version = RecordedIn(name, entry.commit, *history);
    if (!version && !IsNoRecord(version.error())) return version.error();
    if (version && (!now.last_good || VersionKey(*now.last_good) != VersionKey(*version))) return version;
  }
  return Error{ErrorKind::kInvalid, "no-such-version", name, "the history has no other version of it",
               "name a commit of the workspace repository with --to"};
}

Result<Version> VersionAt(const std::string& name, const std::string& commit, const EnvironmentState& state,
                          const RequestWorld& world) {
  if (world.history != nullptr) {
    auto recorded = RecordedIn(name, commit, *world.history);
    if (recorded || !IsNoRecord(recorded.error())) return recorded;
  }
  DAGITOPS_ASSIGN(const Revision revision, world.source.Resolve(commit));
  return ComposedAt(name, revision, state, world);
}

// A pin counts for what git has: one of a location on its way out would do nothing.
std::optional<Error> CannotBePinned(const std::string& name, const EnvironmentState& state) {
  const auto record = state.locations.find(name);
  if (record != state.locations.end() && !record->second.removing && record->second.removal_waits.empty()) return {};
  if (record != state.locations.end()) {
    return Error{ErrorKind::kInvalid, "not-in-git", name, "git does not have it any more",
                 "bring its fragment back by a commit (`git revert`), or go back with all: `dagitops rollback --all`"};
  }
  std::vector<std::string> names;
  for (const auto& [known, value] : state.locations) names.push_back(known);
  const auto meant = DidYouMean(name, names);
  return Error{ErrorKind::kInvalid, "unknown-location", name, "there is no such location",
               meant ? "did you mean " + *meant + "?" : "it has " + Shorten(Join(names, ", "), 400)};
}

Result<std::string> PinLocation(const Request& request, EnvironmentState& state, const RequestWorld& world) {
  const std::string& name = request.locations.front();
  if (const auto error = CannotBePinned(name, state)) return *error;
  LocationRecord& record = state.locations.at(name);
  auto version = request.revision.empty() ? BeforeThis(name, record, world.history)
                                          : VersionAt(name, request.revision, state, world);
  if (!version) return version.error();
  record.failed.reset();
  std::string answer = name + " goes back to what it was at " + version->revision.Short();
  if (state.rebuilt) {  // there a pin of a location is one more thing that is as somebody said
    LocationRecord& kept = state.rebuilt->locations[name];
    kept.decision = DecisionKind::kPinned;
    kept.reason = "pinned at " + version->revision.Short();
    kept.last_good = std::move(*version);
    return answer + ", until the next plain apply";
  }
  const auto head = world.source.Head();
  if (head && head->state == BranchHead::State::kPresent && head->revision.id == version->revision.id) {
    record.pinned.reset();
    record.pinned_over.clear();
    return name + " follows the branch";
  }
  record.pinned = std::move(*version);
  record.pinned_over.clear();
  return answer + ", until its next change in git";
}

Result<std::string> Rebuild(const std::string& commit, EnvironmentState& state, const RequestWorld& world) {
  if (world.history == nullptr) return NoHistory();
  DAGITOPS_ASSIGN(const HistoryRecord record, world.history->Read(commit, ""));
  DAGITOPS_ASSIGN(RecordedState recorded, ReadDecisionFiles(record.files));
  if (recorded.environment != state.environment) {
    return Error{ErrorKind::kInvalid, "other-environment", record.commit.substr(0, 8),
                 "it is a record of environment " + recorded.environment, "choose one of " + state.environment};
  }
  for (auto& [name, as] : recorded.content.locations) {
    EndPause(as);
    LocationRecord& live = state.locations[name];
    live.failed.reset();
    live.removing = false;
    live.pinned = as.pinned;
    live.pinned_over = as.pinned_over;
    live.removal_waits = as.removal_waits;
  }
  state.paused = false;  // a paused environment would not go back
  state.pinned = recorded.pinned;
  state.rebuilt = std::move(recorded.content);
  state.rebuilt->commit = record.commit;
  return "as recorded in " + record.commit.substr(0, 8) + " (of " + ShortRevision(record.source) +
         "), until the next plain apply";
}

// As `apply --at`, and without what was decided about single locations since.
Result<std::string> PinAll(const std::string& commit, EnvironmentState& state, const RequestWorld& world) {
  if (world.history != nullptr) {
    auto rebuilt = Rebuild(commit, state, world);
    if (rebuilt || !IsNoRecord(rebuilt.error())) return rebuilt;
  }
  DAGITOPS_ASSIGN(const Revision revision, world.source.Resolve(commit));
  for (auto& [name, record] : state.locations) {
    record.failed.reset();
    record.pinned.reset();
    record.pinned_over.clear();
  }
  state.rebuilt.reset();
  state.pinned = revision;
  return "pinned at " + revision.Short() + ", until the next plain apply";
}

Result<std::string> Dispatch(const Request& request, EnvironmentState& state, const RequestWorld& world) {
  const bool all = request.locations.empty();
  if (request.locations.size() > 1 || (all && request.revision.empty())) {
    return Error{ErrorKind::kInvalid, "bad-request", request.id,
                 "it names " + std::to_string(request.locations.size()) + " locations and " +
                     (request.revision.empty() ? "no commit" : "a commit"),
                 "name one location, or a commit for all of them"};
  }
  if (request.kind == Request::Kind::kRebuild) return Rebuild(request.revision, state, world);
  return all ? PinAll(request.revision, state, world) : PinLocation(request, state, world);
}

}  // namespace

RequestOutcome GoBack(const Request& request, EnvironmentState state, const RequestWorld& world) {
  EnvironmentState changed = state;
  const auto answer = Dispatch(request, changed, world);
  if (!answer) return {std::move(state), {request.id, false, answer.error().Text()}};
  const std::string paused = changed.paused ? "; it is paused, so that is done after `dagitops resume`" : "";
  return {std::move(changed), {request.id, true, *answer + paused}};
}

}  // namespace dagitops::reconcile
