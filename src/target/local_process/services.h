#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dagitops/target/local_process/local_process_target.h"

#include "target/local_process/ledger.h"
#include "target/local_process/paths.h"
#include "target/local_process/process_keeper.h"

namespace dagitops::local_process {

// The webserver and the daemon: kept running for as long as the settings ask for them, taken over after our own death,
// and never restarted because a location changed; only because their own settings did.
class Services {
 public:
  struct Parts {
    const Options& options;
    Disk& disk;
    const Clock& clock;
    Ledger& ledger;
    ProcessKeeper& keeper;
    const Paths& paths;
  };
  explicit Services(Parts parts) : parts_(parts) {}

  // Sees which have ended.
  void Look();
  // Starts what is due and ends what is not wanted any more.
  void Advance();

  // "the webserver does not run: port 3000 is taken …", for status.
  std::vector<std::string> Notes() const;
  std::optional<Duration> LookAgain() const;

 private:
  struct Wanted {
    std::string name;
    std::vector<std::string> arguments;
    std::string digest;
  };
  std::vector<Wanted> AllWanted() const;
  Wanted MakeWanted(std::string name, std::vector<std::string> arguments) const;
  ServiceRecord* Find(const std::string& name);
  void Keep(const Wanted& wanted);
  void StartNow(ServiceRecord& service, const Wanted& wanted);
  void Schedule(ServiceRecord& service, std::string reason);
  std::string WhyEnded(const ServiceRecord& service);

  Parts parts_;
};

// "http://127.0.0.1:3000/dagster": where the webserver is reached from this machine.
std::string WebserverUrl(const WebserverOptions& options);

}  // namespace dagitops::local_process
