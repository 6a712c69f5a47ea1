#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/model/effective.h"
#include "dagitops/model/field_change.h"

namespace dagitops {

// One entry of workspace.yaml's load_from: where Dagster reaches a server. Exactly one of port and socket.
struct WorkspaceEntry {
  std::string location_name;
  std::string host;
  int port = 0;
  std::string socket;
  bool ssl = false;
  std::map<std::string, std::string> metadata;  // additional_metadata; never a commit id (it is part of the origin)

  friend bool operator==(const WorkspaceEntry&, const WorkspaceEntry&) = default;
};

// Whether both lead to the same server; name and metadata do not count.
bool SameAddress(const WorkspaceEntry& a, const WorkspaceEntry& b);

// A code server as a process (target local_process).
struct ProcessSpec {
  std::vector<std::string> arguments;  // after `python -m dagster api grpc` (or code-server start)
  bool code_server = false;            // `dagster code-server start` instead of `dagster api grpc`
  std::map<std::string, std::string> environment;
  std::string tree_id;       // git tree to lay out; the server's working directory is in it
  std::string python;        // interpreter; empty: the environment's
  std::string requirements;  // file inside the tree; empty: none
  std::string env_file;

  friend bool operator==(const ProcessSpec&, const ProcessSpec&) = default;
};

// One version of one location as a target shall run it.
struct DesiredServer {
  std::string location;       // the entry's name
  std::string location_name;  // as Dagster shows it; part of content, since the server is told
  std::string content;        // 16 hex digits of all that the server is made of: equal content, same server
  std::string revision;       // where it was composed; told, never part of content
  std::string not_runnable;   // why it cannot run on its target, one sentence; empty when it can
  ProcessSpec process;        // local_process only
  bool proven = false;        // Dagster was seen to have loaded it; told, never part of content
  bool external = false;
  bool checked_first = false;  // kubernetes: its code is loaded once in a pod of its own before it takes a place
  bool reimports = false;      // `dagster code-server start`: a webserver's reload makes it import its code anew
  WorkspaceEntry address;      // external servers: where they are; of the others only the target knows
  std::string values;          // kubernetes only: the release's values, YAML
  bool shared = false;         // kubernetes: `values` are no release of their own, but a part of the one for all

  friend bool operator==(const DesiredServer&, const DesiredServer&) = default;
};

// One location: the proven server, the one to be proven, and how it is published.
struct DesiredLocation {
  std::string name;
  std::string location_name;
  DecisionKind decision = DecisionKind::kFollow;
  std::string reason;
  std::vector<DesiredServer> servers;  // 1 or 2: [serving] [candidate]; the last one is what we want to end at
  bool has_serving = false;            // servers.front() was proven before
  WorkspaceEntry published;            // location name and metadata; for the address see its servers
  RunsPolicy runs;
  std::optional<WallTime> wanted_since;  // in place: since when the last server is wanted and not there; not rendered
  std::vector<FieldChange> changes;      // from serving to candidate
};

// A Helm release that is no location's.
struct DesiredRelease {
  std::string content;  // 16 hex digits of `values` and chart
  std::string values;   // YAML
  std::string refused;  // why it is not carried out, one sentence; empty: it is
  bool shared = false;  // `base`: the locations are in it too, and its values are those around them
};

struct Desired {
  std::string environment;
  std::string revision;
  EnvironmentOptions::Drift drift = EnvironmentOptions::Drift::kHeal;
  std::vector<DesiredLocation> locations;  // published order
  std::vector<Removal> removals;
  std::vector<std::string> left_alone;  // as in Effective
  std::vector<std::string> awaited;     // as in Effective
  // kubernetes: a version takes the place and the address of the one before it, so a location has one server at a time.
  bool in_place = false;
  bool usable = true;                    // false: what servers are made of is known in part, so none is started
  std::optional<DesiredRelease> base;    // what belongs to all locations; is there before any of them is started
  std::optional<DesiredRelease> system;  // Dagster itself; nullopt: not from here
  EnvironmentOptions::Reload reload = EnvironmentOptions::Reload::kInPlace;
};

}  // namespace dagitops
