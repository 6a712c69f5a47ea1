#include "dagitops/decide/decide.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "dagitops/base/digest.h"
#include "dagitops/decide/path_names.h"
#include "dagitops/decide/removal_budget.h"
#include "dagitops/model/field_change.h"

namespace dagitops::decide {
namespace {

// Works through one DecideInput. The state is the copy that becomes the outcome's.
class Decider {
 public:
  explicit Decider(const DecideInput& input) : in_(input), state_(input.state) {
    effective_.environment = input.composition.environment;
    effective_.revision = input.composition.revision;
    effective_.options = input.composition.options;
    effective_.chart_values = input.composition.chart_values;
    effective_.system_values = input.composition.system_values;
    effective_.paused = input.state.paused;
    effective_.usable = input.composition.usable;
  }

  Decided Run() {
    state_.environment = effective_.environment;
    if (state_.paused || !in_.composition.usable) {
      KeepEverything();
    } else if (state_.rebuilt) {
      for (const auto& [name, recorded] : state_.rebuilt->locations) Rebuild(name, recorded);
      DecideRemovals();
      state_.applied = in_.composition.revision;
    } else {
      for (const auto& location : in_.composition.locations) Present(*location);
      for (const InvalidLocation& location : in_.composition.invalid) Invalid(location);
      DecideRemovals();
      RememberNames();
      state_.applied = in_.composition.revision;
    }
    for (const auto& [location_name, name] : unproven_) effective_.awaited.push_back(location_name);
    SortAsPublished();
    return {std::move(effective_), std::move(state_)};
  }

 private:
  // Nothing of this revision counts: every server stays as it is, and what is proven comes back where it is gone. A
  // removal that is under way goes no further, nor back: its location has left workspace.yaml and stays out.
  void KeepEverything() {
    const char* reason = state_.paused ? "the environment is paused" : "the revision cannot be used as a whole";
    for (auto& [name, record] : state_.locations) {
      Note(record, state_.paused ? DecisionKind::kPaused : DecisionKind::kHold, reason);
      effective_.left_alone.push_back(name);
      if (!record.removing) Serve(name, record);
    }
  }

  // What is proven goes on, and nothing is tried. Without a proven version its servers are only left alone.
  void Keep(const std::string& name, LocationRecord& record, DecisionKind decision, const std::string& reason) {
    Note(record, decision, reason);
    record.removing = false;
    if (!record.last_good) effective_.left_alone.push_back(name);
    Serve(name, record);
  }

  void Serve(const std::string& name, const LocationRecord& record) {
    if (!record.last_good) return;
    effective_.locations.push_back({name, record.decision, record.reason, record.last_good, std::nullopt, {}});
  }

  void Note(LocationRecord& record, DecisionKind decision, const std::string& reason) const {
    record.decision = decision;
    record.reason = reason;
    record.decided_at = in_.composition.revision.id;
  }

  const CodeFacts& CodeOf(const CodeLocation& location) const {
    static const CodeFacts kUnknown;
    const auto facts = in_.code.find(location.name);
    return facts == in_.code.end() ? kUnknown : facts->second;
  }

  // The version of git; where it is the one that runs, that one, so that nothing is copied that is known already. What
  // was read from a file is of the same content and has its memory for itself: git's takes its place.
  Shared<Version> FromGit(const CodeLocation& location, const CodeFacts& code, const Shared<Version>& last_good) const {
    const bool runs = last_good && VersionKey(*last_good) == VersionKey(location, code.tree_id);
    if (!runs) return Version{in_.composition.revision, code.changed_in, location, code.tree_id};
    // Its author may be found later than it is proven: finding authors takes its time where there are many.
    const bool is_new = last_good->changed_in.id.empty() && !code.changed_in.id.empty();
    if (!is_new && last_good->location == location) return last_good;
    const Revision& changed_in = is_new ? code.changed_in : last_good->changed_in;
    return Version{last_good->revision, changed_in, location, last_good->tree_id};
  }

  void Present(const CodeLocation& location) {
    seen_.insert(location.name);
    LocationRecord& record = state_.locations[location.name];
    Return(location.name, record);
    const Shared<Version> in_git = FromGit(location, CodeOf(location), record.last_good);
    EndPinOverChange(record, VersionKey(*in_git));
    const Shared<Version> wanted = record.pinned ? record.pinned : in_git;
    if (record.failed && record.failed->key != VersionKey(*wanted)) record.failed.reset();
    if (IsToBeLeft(record)) {
      if (!record.last_good) unproven_[location.settings.location_name] = location.name;
      return Hold(location.name, record);
    }
    if (record.last_good && VersionKey(*record.last_good) == VersionKey(*in_git)) record.last_good = in_git;
    Follow(location.name, record, wanted);
  }

  // As a record of the history has it, with what was decided then. The version that runs goes on until that one is
  // proven here.
  void Rebuild(const std::string& name, const LocationRecord& recorded) {
    seen_.insert(name);
    LocationRecord& record = state_.locations[name];
    record.removing = false;
    std::erase(state_.approved_removals, name);
    if (!recorded.last_good) {  // nothing of it ran
      Note(record, recorded.decision, recorded.reason);
      if (in_.published.contains(name)) effective_.left_alone.push_back(name);
      return;
    }
    const Shared<Version>& wanted = recorded.last_good;
    if (record.failed && record.failed->key != VersionKey(*wanted)) record.failed.reset();
    if (IsToBeLeft(record)) {
      if (!record.last_good) unproven_[wanted->location.settings.location_name] = name;
      return Hold(name, record);
    }
    const bool proven = record.last_good && VersionKey(*record.last_good) == VersionKey(*wanted);
    if (proven) record.last_good = wanted;
    EffectiveLocation location{name, recorded.decision, recorded.reason, record.last_good, std::nullopt, {}};
    if (!proven) {  // until then that decision is no fact
      location.decision = DecisionKind::kPinned;
      location.reason = "to be as in " + state_.rebuilt->commit.substr(0, 8) + " of the history";
      location.candidate = wanted;
      location.changes = Changes(record.last_good, *wanted);
    }
    Note(record, location.decision, location.reason);
    effective_.locations.push_back(std::move(location));
  }

  // It was tried, is bad, and its time to be tried again has not come.
  bool IsToBeLeft(const LocationRecord& record) const {
    return record.failed && TimeUntil(record.failed->retry_after, in_.now, kLongestRetry) > Duration(0);
  }

  // A pin lasts until git says something new about the location.
  static void EndPinOverChange(LocationRecord& record, const std::string& key) {
    if (!record.pinned) return;
    if (record.pinned_over.empty()) record.pinned_over = key;
    if (record.pinned_over == key) return;
    record.pinned.reset();
    record.pinned_over.clear();
  }

  void Follow(const std::string& name, LocationRecord& record, const Shared<Version>& wanted) {
    EffectiveLocation location{name, DecisionKind::kFollow, "", record.last_good, std::nullopt, {}};
    if (record.pinned || state_.pinned) {
      location.decision = DecisionKind::kPinned;
      location.reason = "pinned at " + (record.pinned ? wanted->revision : in_.composition.revision).Short();
    }
    if (record.failed) {  // its time has come to be tried again
      location.decision = DecisionKind::kHold;
      location.reason = record.failed->reason;
    }
    Note(record, location.decision, location.reason);
    if (!record.last_good || VersionKey(*record.last_good) != VersionKey(*wanted)) {
      location.candidate = wanted;
      location.changes = Changes(record.last_good, *wanted);
    }
    effective_.locations.push_back(std::move(location));
  }

  static std::vector<FieldChange> Changes(const Shared<Version>& before, const Version& after) {
    if (!before) return {};
    std::vector<FieldChange> changes = DiffValues(before->location.entry, after.location.entry);
    if (before->tree_id != after.tree_id) changes.push_back({"code", before->tree_id, after.tree_id});
    return changes;
  }

  // The wanted version is known bad. Without a good one there is nothing to run: the record alone tells about it, and a
  // published server that nothing is remembered about stays.
  void Hold(const std::string& name, LocationRecord& record) {
    Note(record, DecisionKind::kHold, record.failed->reason);
    if (!record.last_good && in_.published.contains(name)) effective_.left_alone.push_back(name);
    Serve(name, record);
  }

  void Invalid(const InvalidLocation& location) {
    seen_.insert(location.name);
    LocationRecord& record = state_.locations[location.name];
    Return(location.name, record);
    if (IsPinnedOverFault(location, record)) return FollowPin(location.name, record);
    const std::string text = FaultText(location);
    const std::string key = FaultKey(location);
    if (!record.failed || record.failed->key != key) {
      const Revision& by = ChangedIn(location.name);
      const std::string& id = by.id.empty() ? in_.composition.revision.id : by.id;
      record.failed = FailedVersion{key, id, AuthorText(by), text, in_.now, 1, in_.now};
    }
    Hold(location.name, record);
  }

  // Somebody chose a version while git's cannot be used; it counts until git says something else.
  static bool IsPinnedOverFault(const InvalidLocation& location, LocationRecord& record) {
    if (record.pinned) EndPinOverChange(record, FaultKey(location));
    return record.pinned.has_value();
  }

  void FollowPin(const std::string& name, LocationRecord& record) {
    if (record.failed && record.failed->key != VersionKey(*record.pinned)) record.failed.reset();
    if (IsToBeLeft(record)) return Hold(name, record);
    Follow(name, record, record.pinned);
  }

  static std::string FaultText(const InvalidLocation& location) {
    return location.faults.empty() ? "its fragment is invalid" : location.faults.front().Text();
  }

  static std::string FaultKey(const InvalidLocation& location) {
    return "invalid/" + ShortDigest(FaultText(location), 16);
  }

  // The newest commit that changed the location; empty where history does not tell.
  const Revision& ChangedIn(const std::string& name) const {
    static const Revision kUnknown;
    const auto facts = in_.code.find(name);
    return facts == in_.code.end() ? kUnknown : facts->second.changed_in;
  }

  // It is in git: whatever was decided about its removal is void.
  void Return(const std::string& name, LocationRecord& record) {
    record.removal_waits.clear();
    record.removing = false;
    std::erase(state_.approved_removals, name);
  }

  // Everything remembered that this revision does not have any more.
  void DecideRemovals() {
    const RemovalCount count = CountRemovals();
    for (auto& [name, record] : state_.locations) {
      if (!seen_.contains(name)) DecideRemoval(name, record, count);
    }
  }

  // Removals that were allowed are no longer a question. Those that wait still are, so that they count with each new
  // one.
  RemovalCount CountRemovals() const {
    RemovalCount count{0, 0, in_.range.allowed_removals};
    for (const auto& [name, record] : state_.locations) {
      const bool runs = record.last_good || in_.published.contains(name);
      if (!runs || record.removing || Approved(name)) continue;
      ++count.running;
      if (!seen_.contains(name)) ++count.removed;
    }
    return count;
  }

  bool Approved(const std::string& name) const {
    const auto& approved = state_.approved_removals;
    return std::find(approved.begin(), approved.end(), name) != approved.end();
  }

  void DecideRemoval(const std::string& name, LocationRecord& record, const RemovalCount& count) {
    if (!Approved(name) && !record.removing) JudgeRemoval(name, record, count);
    if (!record.removal_waits.empty() && !Approved(name)) {
      return Keep(name, record, DecisionKind::kRemovalWaiting, record.removal_waits);
    }
    if (!in_.composition.nameless_files.empty()) {
      const std::string file = in_.composition.nameless_files.front();
      return HoldRemoval(name, record, "not removed while " + file + " has no readable name");
    }
    if (const std::string* heir = UnprovenHeir(record)) {
      const std::string reason = "stays until " + *heir + ", which takes over its name in Dagster, is loaded";
      return Keep(name, record, DecisionKind::kHold, reason);
    }
    Remove(name, record);
  }

  // Written down even where the removal is held for another reason: the next pass sees neither the trailer nor that the
  // head does not descend.
  void JudgeRemoval(const std::string& name, LocationRecord& record, const RemovalCount& count) {
    if (Covers(count)) {
      state_.approved_removals.push_back(name);
    } else if (record.removal_waits.empty()) {
      record.removal_waits = WhyItWaits(count);
    }
  }

  // A trailer is a person's word for at most that many, the waiting ones among them.
  static bool Covers(const RemovalCount& count) {
    return count.allowed > 0 && count.removed <= static_cast<std::size_t>(count.allowed);
  }

  std::string WhyItWaits(const RemovalCount& count) const {
    if (in_.range.ancestry == Ancestry::kDiverged && !state_.pinned) {
      return "gone in a head that does not descend from the applied revision";
    }
    // What has no readable name may be what seems to be gone; it counts once that is known.
    return in_.composition.nameless_files.empty() ? OverBudget(count) : "";
  }

  // One that has left workspace.yaml already stays out of it, with its server as it is.
  void HoldRemoval(const std::string& name, LocationRecord& record, const std::string& reason) {
    if (!record.removing) return Keep(name, record, DecisionKind::kHold, reason);
    Note(record, DecisionKind::kHold, reason);
    effective_.left_alone.push_back(name);
  }

  // The new location that has this one's name in Dagster and is known bad: removing this one would lose the state of
  // its schedules, which Dagster keys by that name. nullptr: there is none.
  const std::string* UnprovenHeir(const LocationRecord& record) const {
    if (!record.last_good) return nullptr;
    const auto heir = unproven_.find(record.last_good->location.settings.location_name);
    return heir == unproven_.end() ? nullptr : &heir->second;
  }

  // Written down, so that the next passes, which no longer see the trailer or the numbers, go on.
  void Remove(const std::string& name, LocationRecord& record) {
    const auto& disabled = in_.composition.disabled;
    const bool there = std::find(disabled.begin(), disabled.end(), name) != disabled.end();
    Note(record, DecisionKind::kFollow, there ? "disabled by `enabled: false`" : "removed from git");
    record.removal_waits.clear();
    record.removing = true;
    effective_.removals.push_back({name, record.last_good ? record.last_good->location.settings.runs : RunsPolicy{}});
  }

  void RememberNames() {
    state_.path_names.clear();
    for (const auto& location : in_.composition.locations) RememberPaths(state_, location->name, location->sources);
    for (const InvalidLocation& location : in_.composition.invalid)
      RememberPaths(state_, location.name, location.sources);
  }

  // `order`, then name: what composing did, with the kept ones put back in their places.
  void SortAsPublished() {
    const auto key = [](const EffectiveLocation& location) {
      const Version& version = location.candidate ? *location.candidate : *location.serving;
      return std::pair(version.location.settings.order, std::string_view(location.name));
    };
    std::sort(effective_.locations.begin(), effective_.locations.end(),
              [&](const auto& a, const auto& b) { return key(a) < key(b); });
  }

  const DecideInput& in_;
  EnvironmentState state_;
  Effective effective_;
  std::set<std::string> seen_;
  std::map<std::string, std::string> unproven_;  // name in Dagster -> held location that never had a good version
};

}  // namespace

Decided Decide(const DecideInput& input) { return Decider(input).Run(); }

Composition RebuiltComposition(const std::string& environment, const Rebuilt& rebuilt) {
  Composition composition;
  composition.environment = environment;
  composition.revision = rebuilt.source;
  composition.options = rebuilt.options;
  composition.chart_values = rebuilt.chart_values;
  composition.system_values = rebuilt.system_values;
  return composition;
}

}  // namespace dagitops::decide
