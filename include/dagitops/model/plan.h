#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/model/decision.h"
#include "dagitops/model/desired.h"
#include "dagitops/model/explained.h"
#include "dagitops/model/field_change.h"
#include "dagitops/model/object_change.h"

namespace dagitops {

// In the order they are carried out within a pass.
enum class Action {
  kStart,    // bring a server up beside whatever runs
  kPublish,  // write workspace.yaml
  kReload,   // make a webserver read it
  kStop,     // end a server nothing points at any more
  kKeep,     // nothing to do now, and why: waiting, held, not runnable here
};

// Objects of items that are about no location.
inline constexpr char kBaseObject[] = "release/base";
inline constexpr char kSharedObject[] = "release/shared";  // the one for all locations
inline constexpr char kSystemObject[] = "release/system";

struct PlanItem {
  Action action = Action::kKeep;
  std::string object;    // "server/analytics@1f2e3d4c", "workspace.yaml", "webserver/http://127.0.0.1:3000"
  std::string location;  // empty for objects of the whole environment
  std::string reason;    // recorded when judged
  std::vector<FieldChange> changes;
  std::optional<DesiredServer> server;  // kStart of a location
  std::string content;                  // kStart, kStop: which server
  std::string text;                     // kPublish: the bytes; kStart of base or system: the values
  std::string reload_location;          // kReload: this one alone, by its name in Dagster; empty: the workspace
  bool restart = false;                 // kReload: by new pods
  bool cut_runs = false;                // kStop, kStart in place: the runs inside end with what goes
  std::set<std::string> former_ids;     // kStart in place: Dagster's ids of what the webservers list there now
};

// A location that goes, and why; publishing without it and ending its servers are items of their own.
struct PlannedRemoval {
  std::string location;
  std::string reason;
};

// A location that does not simply run what git says, and why: held, pinned, paused, or its removal waits.
struct PlannedDecision {
  std::string location;
  DecisionKind decision = DecisionKind::kHold;
  std::string reason;
};

// What must change, in order. Printable as text and JSON; the same value is applied.
struct Plan {
  std::string environment;
  std::string revision;
  std::vector<PlanItem> items;
  // For people: filled in by the command that shows a plan.
  std::vector<PlannedRemoval> removals;
  std::vector<PlannedDecision> decisions;                   // by location
  std::optional<std::vector<ExplainedLocation>> explained;  // nullopt: not asked for
  std::optional<std::vector<ObjectChange>> objects;         // nullopt: the cluster was not asked
  std::optional<Duration> look_again;                       // when something that only time brings is next due
  bool awaits_runs = false;  // something waits for runs to end, or to be told of: ask for them often

  bool empty() const;  // no item but kKeep
};

}  // namespace dagitops
