#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/base/result.h"

namespace dagitops {

// A process that stays the same one over our own restarts: a pid alone is reused, and a reboot starts counting anew.
struct ProcessIdentity {
  long long pid = 0;
  unsigned long long start_ticks = 0;  // field 22 of /proc/<pid>/stat, clock ticks since boot
  std::string boot_id;                 // /proc/sys/kernel/random/boot_id

  friend bool operator==(const ProcessIdentity&, const ProcessIdentity&) = default;
};

// A process that outlives us: a session (and so a process group) of its own, standard input from /dev/null, both
// outputs appended to a file, all signals at their defaults.
struct BackgroundProcess {
  std::vector<std::string> arguments;              // arguments[0] is found by the PATH of `environment`
  std::map<std::string, std::string> environment;  // the whole environment: nothing is inherited
  std::string working_directory;                   // must exist; empty: ours
  std::string log_file;                            // made when absent, readable by its owner only
  std::string log_line;                            // written to the log first; empty: nothing
};

// How a process ended; only known for children of ours that we reaped.
struct ProcessExit {
  int exit_code = -1;  // -1 when a signal ended it
  int signal = 0;

  friend bool operator==(const ProcessExit&, const ProcessExit&) = default;
};

// A living process that carries a mark in its environment.
struct MarkedProcess {
  ProcessIdentity identity;
  std::string mark;            // the variable's value
  bool leads_session = false;  // true for what Start started; its children inherit the mark but do not lead

  friend bool operator==(const MarkedProcess&, const MarkedProcess&) = default;
};

// Long-lived processes. Not waiting: Start returns once exec has succeeded or failed. One thread.
class ProcessHost {
 public:
  virtual ~ProcessHost() = default;
  // kInvalid when the program or the working directory does not exist, kRetry when the machine has no room for another
  // process.
  virtual Result<ProcessIdentity> Start(const BackgroundProcess& process) = 0;
  // True while exactly this process lives (a zombie does not).
  virtual bool Alive(const ProcessIdentity& process) = 0;
  // How it ended, when it was our child; nullopt while it lives or when somebody else started it.
  virtual std::optional<ProcessExit> Exit(const ProcessIdentity& process) = 0;
  // Sends a signal to all of the process's group, also when only its children are left of it. Not being there any more
  // is success. Only for processes that Start started, now or in an earlier life.
  virtual Status Signal(const ProcessIdentity& process, int signal) = 0;
  // All living processes of our user whose environment had `key` when they started: how servers left by a killed
  // dagitops are found even when their start was never written down. By pid.
  virtual std::vector<MarkedProcess> FindByEnvironment(const std::string& key) = 0;
};

}  // namespace dagitops
