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

// A process that outlives us: a session of its own, standard input from /dev/null, both outputs appended to a file.
struct BackgroundProcess {
  std::vector<std::string> arguments;              // arguments[0] is found by PATH
  std::map<std::string, std::string> environment;  // the whole environment: nothing is inherited
  std::string working_directory;
  std::string log_file;
};

// How a process ended; only known for children of ours that we reaped.
struct ProcessExit {
  int exit_code = -1;
  int signal = 0;
};

// Long-lived processes. Not waiting: Start returns once exec has succeeded or failed. One thread.
class ProcessHost {
 public:
  virtual ~ProcessHost() = default;
  virtual Result<ProcessIdentity> Start(const BackgroundProcess& process) = 0;
  // True while exactly this process lives (a zombie does not).
  virtual bool Alive(const ProcessIdentity& process) = 0;
  // How it ended, when it was our child; nullopt while it lives or when somebody else started it.
  virtual std::optional<ProcessExit> Exit(const ProcessIdentity& process) = 0;
  // Sends a signal to the process's whole group. Not being there any more is success.
  virtual Status Signal(const ProcessIdentity& process, int signal) = 0;
  // All processes of this machine whose environment holds `key`=`value`: how servers left by a killed dagitops are
  // found even when their start was never written down.
  virtual std::vector<ProcessIdentity> FindByEnvironment(const std::string& key, const std::string& value) = 0;
};

}  // namespace dagitops
