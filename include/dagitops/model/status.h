#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/base/diagnostic.h"
#include "dagitops/model/decision.h"

namespace dagitops {

// Kubernetes' notion of a condition.
struct Condition {
  enum class Truth { kTrue, kFalse, kUnknown };
  std::string type;  // "Ready", "Reconciling", "Stalled"
  Truth truth = Truth::kUnknown;
  std::string reason;   // CamelCase, stable
  std::string message;  // one sentence

  friend bool operator==(const Condition&, const Condition&) = default;
};

// In the words of `dagitops status`.
enum class LocationPhase {
  kLoaded,
  kProgressing,
  kHeld,
  kFailed,
  kPinned,
  kPaused,
  kRemovalWaiting,
  kRemoving,
  kNotRunnable,
  kUnknown  // the last pass could not look
};

// As schemas/status.json has it: "removal-waiting".
std::string_view PhaseName(LocationPhase phase);

struct LocationStatus {
  std::string name;
  std::string location_name;
  std::string owner;
  LocationPhase phase = LocationPhase::kProgressing;
  std::string reason;
  std::string revision;         // that of what is served; empty: nothing yet
  std::string wanted_revision;  // that of what git says
  std::string author;           // of the newest commit that changed it
  std::string server_id;
  long long pid = 0;

  friend bool operator==(const LocationStatus&, const LocationStatus&) = default;
};

// The newest fetch that had ended when the pass began: what `observed` was found by, or why there is nothing newer.
struct FetchStatus {
  WallTime began{};
  std::string error;  // empty: it succeeded

  friend bool operator==(const FetchStatus&, const FetchStatus&) = default;
};

// Worked out at the end of every pass, after a failed one too; read by status, the dashboard and reports.
struct EnvironmentStatus {
  static constexpr int kSchemaVersion = 1;

  std::string environment;
  std::optional<Revision> observed;    // head of the branch as last fetched
  std::optional<FetchStatus> fetched;  // nullopt: none has ended yet
  std::optional<Revision> applied;
  bool paused = false;
  std::vector<Condition> conditions;
  std::vector<LocationStatus> locations;
  std::vector<std::string> waiting_removals;
  Diagnostics diagnostics;
  std::vector<std::string> webservers;  // URLs
  std::vector<std::string> notes;
  WallTime updated{};  // of a pass that found all this; one that finds the same within 10 s may leave it as it is

  friend bool operator==(const EnvironmentStatus&, const EnvironmentStatus&) = default;
};

}  // namespace dagitops
