#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "dagitops/model/observed.h"
#include "dagitops/model/plan.h"
#include "dagitops/target/local_process/local_process_target.h"

#include "target/local_process/adoption.h"
#include "target/local_process/launcher.h"
#include "target/local_process/prober.h"
#include "target/local_process/workspace_files.h"

namespace dagitops::local_process {

// The servers that something desired is made of, by location and content.
using WantedServers = std::map<std::pair<std::string, std::string>, const DesiredServer*>;

// The code servers: their lives from the plan's start to the plan's stop.
class Servers {
 public:
  struct Parts {
    const Options& options;
    Disk& disk;
    const Clock& clock;
    Ledger& ledger;
    ProcessKeeper& keeper;
    Adoption& adoption;
    Launcher& launcher;
    CodeServerClient& client;
    const Paths& paths;
  };
  explicit Servers(Parts parts);

  // The plan's items. An error is the disk's: nothing was done then.
  Status Start(const DesiredServer& server);
  Status Stop(const PlanItem& item);

  // Where the inventory was lost: takes every server that runs and that a published file names on record. It counts as
  // published from then on, so that no plan drops or ends it unknowingly. Changes nothing outside.
  void TakeBack(const PublishedFiles& published);

  // Sees who has ended and asks who is ready; changes nothing outside. `sockets` are those that exist.
  void Look(const PublishedFiles& published, std::set<std::string> sockets);

  // Carries on what takes more than one pass: launches what is due, ends what shall end.
  void Advance(const WantedServers& wanted);

  std::vector<ObservedServer> Observed() const;
  std::optional<Duration> LookAgain() const;

  // Runs inside servers that were ended on purpose, told for an hour.
  std::vector<std::string> Notes() const;

  // The last word of a server about the runs inside it.
  struct LastRuns {
    std::string location;
    std::string content;
    std::vector<std::string> runs;
    bool asked_on = true;  // it answered, and some were left
  };
  // Asks each living server for its runs; those that have none or cannot be asked are left out.
  std::vector<LastRuns> AllRuns();
  // Asks those again that are still there. One that answers no more is not asked any further: it is ending.
  void AskAgain(std::vector<LastRuns>& all);

 private:
  std::string SocketOf(const ServerRecord& server) const;
  bool TakeOver(ServerRecord& server);
  void Learn(ServerRecord& server, const DesiredServer& wanted);
  void EndWithoutSocket(ServerRecord& server);
  void NotePublished(ServerRecord& server, const PublishedFiles& published) const;
  void NoteEnd(ServerRecord& server);
  void ScheduleRestart(ServerRecord& server, bool counted);
  void Fail(ServerRecord& server, std::string reason);
  void AskAll();
  void Ask(ServerRecord& server);
  bool TimedOut(const ServerRecord& server) const;
  bool Answers(const ServerRecord& server) const;
  bool HasRunsAgainstThePlan(const ServerRecord& server, bool cut_runs);
  void NoteCut(const ServerRecord& server, const std::string& runs);
  bool AdvanceOne(ServerRecord& server, const WantedServers& wanted);
  void AdvanceFailed(ServerRecord& server, const WantedServers& wanted);
  void Removed(const ServerRecord& server);
  std::string LogReason(const ServerRecord& server) const;
  std::vector<std::string> SecretsOf(const ServerRecord& server) const;
  ObservedServer ObserveOne(const ServerRecord& server) const;
  void TellState(const ServerRecord& server, ObservedServer& observed) const;
  void TellWaiting(const ServerRecord& server, ObservedServer& observed) const;
  std::optional<Duration> LookAgainAt(const ServerRecord& server) const;

  Parts parts_;
  Prober prober_;
  std::vector<std::pair<WallTime, std::string>> notes_;
};

}  // namespace dagitops::local_process
