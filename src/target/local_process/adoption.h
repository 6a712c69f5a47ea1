#pragma once

#include <set>
#include <string>
#include <vector>

#include "dagitops/process/process_host.h"

#include "target/local_process/ledger.h"
#include "target/local_process/paths.h"

namespace dagitops::local_process {

// Finds again what an earlier life of ours left running.
class Adoption {
 public:
  Adoption(ProcessHost& host, const Paths& paths) : host_(host), paths_(paths) {}

  // Gives each record that was being started when we were killed its process, if there is one. Changes nothing outside.
  void Identify(Inventory& inventory);

  // Session leaders under our mark that no record accounts for, because the inventory was lost or put back from a copy.
  // Those of a location and content that is on record are left alone: they can be what user code started.
  std::vector<ProcessIdentity> Strays(const Inventory& inventory);

  // Trees whose code some living process may still import, such as a run whose server is gone.
  std::set<std::string> TreesInUse();

 private:
  struct Found;
  std::vector<Found> FindOurs();

  ProcessHost& host_;
  const Paths& paths_;
};

}  // namespace dagitops::local_process
