#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/base/shared.h"
#include "dagitops/model/code_location.h"
#include "dagitops/model/composition.h"
#include "dagitops/model/revision.h"
#include "dagitops/model/value.h"

namespace dagitops {

// What dagitops or a person decided about one location.
enum class DecisionKind {
  kFollow,          // runs what the tracked branch says
  kHold,            // the newest version is invalid or does not load: runs its last good one
  kPinned,          // a person chose a revision (rollback, apply --at)
  kRemovalWaiting,  // gone from git, kept running until someone approves
  kPaused,          // left alone: neither changed nor removed
};

// A location as composed at a revision: what is kept so that a force-push cannot take it away.
struct Version {
  Revision revision;    // where it was composed
  Revision changed_in;  // newest commit that changed it or its code; its author is the location's author
  CodeLocation location;
  std::string tree_id;  // of settings.local.path at `revision`; empty when it has no code in the repository

  friend bool operator==(const Version&, const Version&) = default;
};

// What tells two versions of one location apart: its composition and its code.
std::string VersionKey(const CodeLocation& location, const std::string& tree_id);
std::string VersionKey(const Version& version);

// The longest pause between two tries of a version that failed to load.
inline constexpr Duration kLongestRetry = std::chrono::minutes(10);

// A version that was tried and is bad; not tried again before something about it changes.
struct FailedVersion {
  std::string key;  // VersionKey, or a digest of the faults when it could not be composed
  std::string revision;
  std::string author;  // "Name <mail>" of the newest commit that changed it
  std::string reason;  // one line, redacted
  WallTime since{};
  int attempts = 0;  // how often it was tried
  // A version that failed to load is tried again then: the cause may lie outside of git. At most kLongestRetry ahead;
  // to be read by TimeUntil.
  WallTime retry_after{};

  friend bool operator==(const FailedVersion&, const FailedVersion&) = default;
};

// Everything remembered about one location.
struct LocationRecord {
  DecisionKind decision = DecisionKind::kFollow;
  std::string reason;      // why, one line; empty for kFollow
  std::string decided_at;  // revision id the decision refers to
  Shared<Version> last_good;
  std::optional<FailedVersion> failed;
  Shared<Version> pinned;   // kPinned by a person for this location alone
  std::string pinned_over;  // key of git's version then; the pin ends when git's version is another one
  // Why the location, gone from git, waits for a person; empty: it does not. Only an approval, a trailer that covers
  // all that wait, or the location's return ends it; nothing that happens to other locations does.
  std::string removal_waits;
  bool removing = false;  // its removal was allowed and is under way

  friend bool operator==(const LocationRecord&, const LocationRecord&) = default;
};

// `rebuild --at`: the environment stays as a record of its history has it, whatever the branch says, until the next
// plain apply. Nothing of git is read for it but the code of the versions.
struct Rebuilt {
  std::string commit;  // of the history
  Revision source;     // that the record was made of
  EnvironmentOptions options;
  Value chart_values;
  Value system_values;
  std::map<std::string, LocationRecord> locations;  // as recorded; last_good is what shall run, nullopt: nothing

  friend bool operator==(const Rebuilt&, const Rebuilt&) = default;
};

// What is remembered about one environment between passes. Lost, it is rebuilt: everything follows and is verified
// anew.
struct EnvironmentState {
  static constexpr int kSchemaVersion = 3;

  std::string environment;
  std::optional<Revision> applied;  // newest revision whose removals were judged
  std::optional<Revision> pinned;   // apply --at: the environment stays there until the next plain apply
  bool paused = false;
  std::map<std::string, LocationRecord> locations;  // by name
  std::map<std::string, std::string> path_names;    // fragment path -> the name it last had
  std::vector<std::string> approved_removals;       // names, from `dagitops approve`; used up by the removal
  std::optional<Rebuilt> rebuilt;
  // Of what the releases are made that are no location's; null: not known, or there is none.
  Value chart_values;
  Value system_values;

  friend bool operator==(const EnvironmentState&, const EnvironmentState&) = default;
};

}  // namespace dagitops
