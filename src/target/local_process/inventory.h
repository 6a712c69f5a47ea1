#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/base/result.h"
#include "dagitops/model/desired.h"
#include "dagitops/process/process_host.h"

namespace dagitops::local_process {

// What is remembered of one process that is kept running, or ended, over our own restarts.
struct Supervised {
  std::optional<ProcessIdentity> identity;  // nullopt: none runs that we know of
  // Saved before a start and cleared after it: found true, a process may run whose identity was never written down.
  bool starting = false;
  int attempt = 0;  // of the newest start; 0: never started
  WallTime started{};
  std::vector<WallTime> restarts;       // the counted ones of the last ten minutes
  WallTime next_start{};                // not before this
  std::optional<WallTime> told_to_end;  // when SIGTERM was sent
  std::string reason;                   // why it does not run, one line; empty: it does, or was never tried

  friend bool operator==(const Supervised&, const Supervised&) = default;
};

enum class Phase {
  kPreparing,  // waits for its virtual environment
  kWaiting,    // to be started at next_start
  kRunning,    // was started
  kFailed,     // not started again before the plan says so
  kStopping,   // to end; its record goes with it
};

struct ServerRecord {
  std::string location;
  std::string location_name;
  std::string content;
  ProcessSpec spec;  // empty: not known, since it was taken over from a lost inventory and was not wanted since
  Phase phase = Phase::kPreparing;
  Supervised process;
  std::string code_folder;  // where its tree was laid out; empty: not yet
  std::string venv;         // key of its virtual environment; empty: none
  bool ready = false;       // the running process has answered, and its definitions load
  bool ever_ready = false;  // a process of it has, or it was proven when its record was made
  std::string server_id;    // of the running process
  bool was_published = false;
  std::optional<WallTime> retired;

  // Whether it could be started: code always lies in a tree.
  bool spec_known() const { return !spec.tree_id.empty(); }

  friend bool operator==(const ServerRecord&, const ServerRecord&) = default;
};

// The webserver or the daemon.
struct ServiceRecord {
  std::string name;     // "webserver", "daemon"
  std::string command;  // digest of how the running one was started
  Supervised process;

  friend bool operator==(const ServiceRecord&, const ServiceRecord&) = default;
};

// A virtual environment that is being made, or could not be made.
struct BuildRecord {
  std::string key;
  std::string failure;  // one line; empty: it is still being made
  Supervised process;

  friend bool operator==(const BuildRecord&, const BuildRecord&) = default;
};

// All that runs, or is about to. On disk before the first change, so that a killed dagitops finds everything again.
struct Inventory {
  static constexpr int kSchemaVersion = 1;

  int attempts = 0;  // starts so far, over all lives
  std::vector<ServerRecord> servers;
  std::vector<ServiceRecord> services;
  std::vector<BuildRecord> builds;

  ServerRecord* Find(const std::string& location, const std::string& content);

  friend bool operator==(const Inventory&, const Inventory&) = default;
};

// JSON, one record a line, so that two states can be compared by eye.
std::string ToJson(const Inventory& inventory);

// kStalled for a newer schema version, or for what is no inventory at all.
Result<Inventory> ParseInventory(std::string_view json, const std::string& path);

}  // namespace dagitops::local_process
