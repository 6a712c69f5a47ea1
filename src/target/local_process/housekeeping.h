#pragma once

#include <optional>
#include <set>
#include <string>

#include "dagitops/source/code_store.h"
#include "dagitops/target/local_process/local_process_target.h"

#include "target/local_process/adoption.h"
#include "target/local_process/ledger.h"
#include "target/local_process/paths.h"
#include "target/local_process/virtual_environments.h"

namespace dagitops::local_process {

// The folders and files around the processes.
class Housekeeping {
 public:
  struct Parts {
    const Options& options;
    Disk& disk;
    CodeStore& code;
    const Clock& clock;
    Ledger& ledger;
    Adoption& adoption;
    VirtualEnvironments& venvs;
    const Paths& paths;
  };
  explicit Housekeeping(Parts parts) : parts_(parts) {}

  // Makes the folders, and DAGSTER_HOME with a dagster.yaml where it has none. Free once it has succeeded.
  Status Prepare();

  // Rotates logs every ten seconds; every minute removes what nobody needs any more: code trees but those of `trees`
  // and of what runs, sockets, virtual environments, logs of servers gone for a week. Never much at once.
  Status Tidy(const std::set<std::string>& trees);

 private:
  Status OwnRuntimeFolder();
  Status MakeDagsterHome();
  Status RotateLogs();
  Status RemoveOldLogs();
  Status RemoveSockets();
  Status CollectCode(std::set<std::string> trees);
  bool Due(std::optional<SteadyTime>& last, Duration every) const;

  Parts parts_;
  bool prepared_ = false;
  std::optional<SteadyTime> rotated_;
  std::optional<SteadyTime> tidied_;
};

}  // namespace dagitops::local_process
