#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dagitops/base/sync.h"
#include "dagitops/process/process_host.h"

namespace dagitops {

// Processes of this machine, by posix_spawn, waitpid and /proc. Only pids that Start returned are ever waited for, so
// that other users of child processes (PosixCommandRunner) keep theirs.
//
// Being woken when a server ends: block SIGCHLD in all threads, read it from a signalfd, and then call Reap(). It says
// how many of our long-lived children ended, so that the end of a short command wakes nobody. SIGCHLD must not be
// ignored. Safe to call from any thread.
class PosixProcessHost final : public ProcessHost {
 public:
  PosixProcessHost();

  Result<ProcessIdentity> Start(const BackgroundProcess& process) override;
  bool Alive(const ProcessIdentity& process) override;
  std::optional<ProcessExit> Exit(const ProcessIdentity& process) override;
  Status Signal(const ProcessIdentity& process, int signal) override;
  std::vector<MarkedProcess> FindByEnvironment(const std::string& key) override;

  // Collects children that ended; the number of those that were not known to have ended before.
  int Reap();

 private:
  struct Child {
    ProcessIdentity identity;
    std::optional<ProcessExit> exit;
  };
  using Children = std::map<long long, Child>;  // by pid

  static bool Collect(Child& child);
  static void ForgetOldest(Children& children);

  const std::string boot_id_;
  Sync<Children> children_;
};

}  // namespace dagitops
