#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/dagster/code_server_client.h"
#include "dagitops/process/command_runner.h"
#include "dagitops/process/process_host.h"
#include "dagitops/source/code_store.h"
#include "dagitops/target/local_process/disk.h"
#include "dagitops/target/target.h"

namespace dagitops::local_process {

// The webserver of the environment: one that we start, or one that somebody else runs.
struct WebserverOptions {
  bool start = true;
  std::string host = "127.0.0.1";
  int port = 3000;
  std::string path_prefix;  // "/dagster"; empty: none
  std::string url;          // only with start: false; empty: there is none
};

struct Options {
  std::string environment;  // its name, for messages
  // Absolute, without symlinks, of this environment alone: servers are known again by it. See docs/local_process.md.
  std::string state_dir;
  // Absolute, of this environment alone. At most 85 bytes, since a socket's whole path must be under 108 (unix(7)).
  std::string runtime_dir;
  std::string python = "python3";  // for locations that name none, the webserver and the daemon; by PATH or absolute
  std::string dagster_home;        // absolute; made with a small dagster.yaml when it holds none
  std::map<std::string, std::string> environment_variables;  // what servers inherit; PickVariables(…, kServerVariables)
  std::map<std::string, std::string> build_variables;        // what pip and uv inherit; PickBuildVariables
  WebserverOptions webserver;
  bool start_daemon = true;
  Duration stop_grace = std::chrono::seconds(30);      // from SIGTERM to SIGKILL
  Duration start_timeout = std::chrono::seconds(180);  // from a server's start to its first answer
  int restart_limit = 5;                               // restarts of a server within ten minutes
  std::uint64_t log_max_bytes = 10u << 20;             // a larger log is rotated
  int log_keep = 3;                                    // older ones that are kept
};

// Everything outside. All of it outlives the target.
struct Seams {
  ProcessHost& processes;
  CommandRunner& commands;
  CodeServerClient& servers;
  CodeStore& code;
  Disk& disk;
  const Clock& clock;
};

// PATH, HOME, LANG and TZ out of our own environment: all that code servers get of it.
std::map<std::string, std::string> PickServerVariables(const std::map<std::string, std::string>& ours);

// The same, and what decides how packages are downloaded: proxies, certificates, PIP_* and UV_*.
std::map<std::string, std::string> PickBuildVariables(const std::map<std::string, std::string>& ours);

// Runs that were inside a server when it was last asked before its end.
struct CutRuns {
  std::string location;
  std::vector<std::string> runs;
};

// Runs one environment as processes of this machine: a code server for each (location, content), if wanted a webserver
// and a daemon. How servers are started, watched, taken over after our own death and ended: docs/local_process.md.
//
// Observe asks and changes nothing outside, so that a command may call it beside the process that holds the lock.
// Apply and Maintain are for the holder alone. Maintain belongs into every pass, also one whose Desired is empty
// because nothing could be read: it restarts what died, ends what was told to end, keeps webserver and daemon running.
// One thread.
class LocalProcessTarget final : public Target {
 public:
  LocalProcessTarget(Options options, Seams seams);
  ~LocalProcessTarget() override;

  // Whether this machine can do it: an interpreter with a Dagster that is new enough, room for socket paths. Every
  // failure says what to type.
  Status Check();

  // Makes folders, DAGSTER_HOME and its storage. To be called once by the holder, before the first pass; it may take
  // some seconds the first time of all.
  Status Prepare();

  // The pids of this environment's processes that live: servers, services and builds. From any thread.
  std::vector<long long> Running() const;

  Result<Observed> Observe() override;
  std::vector<WebserverEndpoint> Webservers() override;
  Status Apply(const PlanItem& item) override;
  Status Maintain(const Desired& desired) override;
  std::optional<Duration> LookAgain() const override;

  // Ends all that this environment runs: SIGTERM, after the grace time SIGKILL. Waits by calling `pause`, which returns
  // after about that time (or sooner, when a child has ended). Returns the runs that were left in the servers by their
  // last word. All comes up again, without being counted as restarts, when the target is used again.
  std::vector<CutRuns> ShutdownAll(Duration grace, const std::function<void(Duration)>& pause);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dagitops::local_process
