#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/model/dagster_instance.h"
#include "dagitops/model/desired.h"

namespace dagitops {

enum class ServerState {
  kPreparing,  // its code or its Python environment is being laid out
  kStarting,   // runs, does not answer yet
  kReady,      // answers, and its definitions load
  kBroken,     // answers, but its definitions do not load; see reason
  kFailed,     // ended, or may not be started again before something changes; see reason
  kStopping,   // told to end, waits for its runs or its grace time
};

// One code server as the target sees it.
struct ObservedServer {
  std::string location;
  std::string content;  // DesiredServer::content it was made from
  ServerState state = ServerState::kStarting;
  std::string reason;               // one line, redacted; the last log lines for failures
  std::string server_id;            // Dagster's id of the process; empty until it answers
  WorkspaceEntry address;           // as it was or would be published, without metadata
  bool published = false;           // workspace.yaml names its address
  std::optional<WallTime> retired;  // since when workspace.yaml names it no more; nullopt: it does, or never did
  int active_runs = -1;             // runs living inside it; -1 unknown
  int restarts = 0;
  long long pid = 0;      // 0 where the target has no processes
  bool external = false;  // nobody runs it from here: taken for ready, its id is not known
  std::string edited;     // what somebody else changed about it, e.g. "its Deployment was changed by hand"
  std::string foreign;    // kubernetes: the Helm release of somebody else's that it is from, which we may take over

  // Only where the target cannot tell `server_id`:
  std::set<std::string> former_ids;     // Dagster's ids of what it took the place of; empty: none, or not known
  std::optional<WallTime> ready_since;  // when it was first seen to be ready
};

// A release that is no location's.
struct ObservedRelease {
  std::string content;
  ServerState state = ServerState::kStarting;
  std::string reason;
  std::string edited = {};  // as of a server
};

// One location as a webserver lists it.
struct LoadedLocation {
  std::string server_id;                  // empty when not told
  std::string error;                      // empty: its definitions are loaded
  std::optional<WallTime> error_since;    // first seen since workspace.yaml last changed
  std::optional<WallTime> reloaded = {};  // when this one alone was last asked to be read anew
  bool reload_failed = false;             // and that was not carried out

  friend bool operator==(const LoadedLocation&, const LoadedLocation&) = default;
};

// One webserver.
struct ObservedWebserver {
  std::string url;
  std::string error;                                // why it could not be asked; empty when it answered
  std::map<std::string, LoadedLocation> locations;  // by location name
  std::optional<WallTime> reloaded;      // when it was last asked to reload, after workspace.yaml last changed
  int reloads = 0;                       // how often since then
  bool reloading = false;                // it was asked to and has not answered yet
  bool reload_failed = false;            // the last of them was not carried out
  bool read_only = false;                // it takes no requests to reload
  std::optional<RunsInside> runs = {};   // as it said last; nullopt: it never did, or is not asked
  std::optional<WallTime> runs_at = {};  // when it said so; only where they are kept inside servers

  friend bool operator==(const ObservedWebserver&, const ObservedWebserver&) = default;
};

// Whether what this webserver lists may still come from another server than this one, whose id is not known: it lists
// an id of before, or it was not made to read anew since the server is ready. A new id alone proves nothing: Dagster
// asks for the repositories, the id and the definitions one after the other (_core/remote_representation/
// code_location.py, 1.10.21), and while both pods answer each may be either's. It has to do where reading anew is not
// to be had: the webserver is read-only, or it would make a server that `reimports` (DesiredServer) begin anew.
bool MayListFormer(const ObservedWebserver& webserver, const LoadedLocation& listed, const ObservedServer& server,
                   bool reimports);

// What tells one workspace.yaml from another.
std::string PublishedDigest(std::string_view text);

// What the target and Dagster say, at one moment.
struct Observed {
  WallTime now{};
  std::vector<ObservedServer> servers;
  std::optional<std::string> published;  // bytes of workspace.yaml as published; nullopt: none yet
  std::string written;                   // PublishedDigest of what we published last; empty: not known
  bool edited = false;                   // `published` was written by somebody else since
  std::optional<WallTime> written_at;    // when we published last, where that is known
  std::set<std::string> once_published;  // location names that workspace.yaml had at some time, as far as is known
  std::vector<ObservedWebserver> webservers;
  std::optional<ObservedRelease> base;
  std::optional<ObservedRelease> shared;  // kubernetes: the release that all locations are in, where there is one
  std::optional<ObservedRelease> system;
  std::vector<std::string> notes;  // e.g. "dagster-daemon restarted 3 times"; shown in status

  // The server made from exactly this version, or nullptr. Lives as long as this does.
  const ObservedServer* Find(const DesiredServer& wanted) const;
};

}  // namespace dagitops
