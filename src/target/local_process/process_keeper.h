#pragma once

#include <optional>

#include "dagitops/base/clock.h"
#include "dagitops/process/process_host.h"

#include "target/local_process/ledger.h"
#include "target/local_process/paths.h"
#include "target/local_process/process_mark.h"

namespace dagitops::local_process {

// Starts and ends processes so that none is ever lost: each is in the inventory, and that on disk, before it exists.
class ProcessKeeper {
 public:
  struct Parts {
    ProcessHost& host;
    const Clock& clock;
    Ledger& ledger;
    const Paths& paths;
    Duration grace;  // from SIGTERM to SIGKILL
  };
  explicit ProcessKeeper(Parts parts) : parts_(parts) {}

  // `process` belongs to the ledger's inventory and has no living process. The mark's attempt and the log's first line
  // are filled in. An error is the host's, or the disk's; then nothing runs.
  Status Start(Supervised& process, ProcessMark mark, BackgroundProcess background);

  bool Alive(const Supervised& process) { return process.identity && parts_.host.Alive(*process.identity); }
  std::optional<ProcessExit> Exit(const Supervised& process);

  // A step towards the end of the process's whole group: SIGTERM first, SIGKILL after the grace time, and SIGKILL for
  // what it left behind. True when it is gone; `identity` is empty then.
  bool End(Supervised& process);
  // The same without any grace.
  bool Kill(Supervised& process);

 private:
  void Send(const Supervised& process, int signal);
  bool Gone(Supervised& process);

  Parts parts_;
};

}  // namespace dagitops::local_process
