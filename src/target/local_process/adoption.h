#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "dagitops/process/process_host.h"

#include "target/local_process/ledger.h"
#include "target/local_process/paths.h"
#include "target/local_process/process_mark.h"

namespace dagitops::local_process {

// Finds again what an earlier life of ours left running.
class Adoption {
 public:
  Adoption(ProcessHost& host, const Paths& paths) : host_(host), paths_(paths) {}

  // Gives each record that was being started when we were killed its process, if there is one. Changes nothing outside.
  void Identify(Inventory& inventory);

  // The process of an orphan, and the how manieth start it was.
  struct Orphan {
    ProcessIdentity identity;
    int attempt = 0;
  };
  // (location, content) of every server that runs and is on no record.
  std::set<std::pair<std::string, std::string>> Orphans(const Inventory& inventory);

  // A server of this location and content that runs and is on no record, since the inventory was lost; each is given
  // once. Orphans are looked for once in a life of ours, when they are first asked for.
  std::optional<Orphan> TakeOrphan(const Inventory& inventory, const ServerRecord& server);

  // Session leaders under our mark that no record accounts for, because the inventory was lost or put back from a copy;
  // what nobody has taken by now is no orphan any more. Those of a location and content that is on record are left
  // alone: they can be what user code started.
  std::vector<ProcessIdentity> Strays(const Inventory& inventory);

  // Trees whose code some living process may still import, such as a run whose server is gone.
  std::set<std::string> TreesInUse();

 private:
  struct Found {
    ProcessIdentity identity;
    ProcessMark mark;
    bool leads = false;
  };
  std::vector<Found> FindOurs();
  std::vector<Found> FindUnrecorded(Inventory known);

  ProcessHost& host_;
  const Paths& paths_;
  std::optional<std::vector<Found>> orphans_;
};

}  // namespace dagitops::local_process
