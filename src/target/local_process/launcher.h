#pragma once

#include <map>
#include <optional>
#include <string>

#include "dagitops/source/code_store.h"
#include "dagitops/target/local_process/local_process_target.h"

#include "target/local_process/inventory.h"
#include "target/local_process/paths.h"
#include "target/local_process/process_keeper.h"
#include "target/local_process/virtual_environments.h"

namespace dagitops::local_process {

// Makes a process out of a server's record: code, interpreter, environment, command line.
class Launcher {
 public:
  struct Parts {
    const Options& options;
    CodeStore& code;
    Disk& disk;
    const Clock& clock;
    ProcessKeeper& keeper;
    VirtualEnvironments& venvs;
    const Paths& paths;
  };
  explicit Launcher(Parts parts) : parts_(parts) {}

  // One that an earlier life left running is not started again. Afterwards the record is kRunning; or kPreparing, to be
  // launched again at the next pass; or what Refuse makes of it.
  void Launch(ServerRecord& server);

  // A server that was proven is never given up: it waits for its next try. Any other is kFailed when the error says
  // that trying again would not help.
  void Refuse(ServerRecord& server, const Error& error);

 private:
  struct Ingredients;
  Result<std::optional<Ingredients>> Prepare(ServerRecord& server);
  Result<std::string> Interpreter(ServerRecord& server);
  Result<std::map<std::string, std::string>> ReadEnvFile(const std::string& path);
  std::string NewServerId(const ServerRecord& server, const std::string& socket) const;
  BackgroundProcess MakeProcess(const ServerRecord& server, const Ingredients& ingredients) const;

  Parts parts_;
};

}  // namespace dagitops::local_process
