#include "dagitops/target/local_process/local_process_target.h"

#include <algorithm>
#include <csignal>
#include <utility>

#include "dagitops/base/log.h"

#include "target/local_process/adoption.h"
#include "target/local_process/housekeeping.h"
#include "target/local_process/instance_storage.h"
#include "target/local_process/interpreters.h"
#include "target/local_process/ledger.h"
#include "target/local_process/paths.h"
#include "target/local_process/preflight.h"
#include "target/local_process/process_keeper.h"
#include "target/local_process/process_mark.h"
#include "target/local_process/servers.h"
#include "target/local_process/services.h"
#include "target/local_process/workspace_files.h"

namespace dagitops::local_process {
namespace {

constexpr Duration kShutdownLook = std::chrono::milliseconds(50);
// After SIGKILL; what is still there then hangs in the kernel.
constexpr Duration kKillPatience = std::chrono::seconds(5);

std::set<std::string> TreesOf(const Desired& desired) {
  std::set<std::string> trees;
  for (const DesiredLocation& location : desired.locations) {
    for (const DesiredServer& server : location.servers) trees.insert(server.process.tree_id);
  }
  return trees;
}

WantedServers WantedOf(const Desired& desired) {
  WantedServers wanted;
  for (const DesiredLocation& location : desired.locations) {
    for (const DesiredServer& server : location.servers) {
      wanted[{server.location, server.content}] = &server;
    }
  }
  return wanted;
}

std::vector<CutRuns> CutOf(std::vector<Servers::LastRuns> all) {
  std::vector<CutRuns> cut;
  for (Servers::LastRuns& last : all) {
    if (!last.runs.empty()) cut.push_back({std::move(last.location), std::move(last.runs)});
  }
  return cut;
}

std::optional<Duration> Sooner(std::optional<Duration> a, std::optional<Duration> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

}  // namespace

struct LocalProcessTarget::Impl {
  Impl(Options the_options, Seams the_seams)
      : options(std::move(the_options)),
        seams(the_seams),
        paths(options.state_dir, options.runtime_dir),
        ledger(seams.disk, paths.Inventory()),
        keeper({seams.processes, seams.clock, ledger, paths, options.stop_grace}),
        adoption(seams.processes, paths),
        interpreters(seams.commands, seams.clock, options.build_variables),
        venvs({seams.disk, seams.clock, ledger, keeper, interpreters, paths, options.build_variables}),
        launcher({options, seams.code, seams.disk, seams.clock, keeper, venvs, paths}),
        servers({options, seams.disk, seams.clock, ledger, keeper, adoption, launcher, seams.servers, paths}),
        services({options, seams.disk, seams.clock, ledger, keeper, paths}),
        workspace(seams.disk, seams.clock, paths),
        housekeeping({options, seams.disk, seams.code, seams.clock, ledger, adoption, venvs, paths}) {}

  Status Load() {
    if (loaded) return Ok();
    DAGITOPS_TRY(ledger.Load());
    adoption.Identify(ledger.inventory());
    if (!ledger.found()) {  // or never written: then nothing is found
      DAGITOPS_ASSIGN(const PublishedFiles published, workspace.Look());
      servers.TakeBack(published);
    }
    loaded = true;
    return Ok();
  }

  Result<std::set<std::string>> Sockets() {
    DAGITOPS_ASSIGN(const auto entries, seams.disk.List(paths.runtime_dir()));
    std::set<std::string> sockets;
    for (const DiskEntry& entry : entries) sockets.insert(paths.runtime_dir() + "/" + entry.name);
    return sockets;
  }

  Result<Observed> Observe() {
    DAGITOPS_TRY(Load());
    DAGITOPS_ASSIGN(PublishedFiles published, workspace.Look());
    DAGITOPS_ASSIGN(auto sockets, Sockets());
    servers.Look(published, std::move(sockets));
    services.Look();
    Observed observed;
    observed.now = seams.clock.Now();
    observed.servers = servers.Observed();
    observed.written = workspace.Written();
    observed.edited = workspace.Foreign(published.webserver);
    observed.published = std::move(published.webserver);
    observed.notes = services.Notes();
    for (auto& notes : {servers.Notes(), workspace.Notes()}) {
      observed.notes.insert(observed.notes.end(), notes.begin(), notes.end());
    }
    return observed;
  }

  Status Apply(const PlanItem& item) {
    DAGITOPS_TRY(Load());
    DAGITOPS_TRY(housekeeping.Prepare());
    switch (item.action) {
      case Action::kStart:
        return item.server ? servers.Start(*item.server) : Ok();
      case Action::kPublish:
        return workspace.Publish(item.text);
      case Action::kStop:
        return servers.Stop(item);
      case Action::kReload:
      case Action::kKeep:
        return Ok();
    }
    return Ok();
  }

  // Each part is tried, whatever became of the one before it; the first failure is told.
  Status Maintain(const Desired& desired) {
    DAGITOPS_TRY(Load());
    DAGITOPS_TRY(housekeeping.Prepare());
    EndStrays();
    servers.Advance(WantedOf(desired));
    EndUnwantedBuilds();
    Status first = workspace.Complete(desired.drift);
    services.Advance();
    for (Status next : {housekeeping.Tidy(TreesOf(desired)), ledger.Save()}) {
      if (first) first = std::move(next);
    }
    return first;
  }

  // Once in a life: what runs under our mark and is not on record is left from an inventory that was lost.
  void EndStrays() {
    if (strays_ended) return;
    for (const ProcessIdentity& stray : adoption.Strays(ledger.inventory())) {
      Log(LogLevel::kWarning, "ending a process that is not on record", {{"pid", std::to_string(stray.pid)}});
      if (auto ended = seams.processes.Signal(stray, SIGTERM); !ended) {
        Log(LogLevel::kError, "process not ended", {{"error", ended.error().Text()}});
      }
    }
    strays_ended = true;
  }

  void EndUnwantedBuilds() {
    std::set<std::string> keys;
    for (const ServerRecord& server : ledger.inventory().servers) {
      if (server.phase == Phase::kPreparing) keys.insert(server.venv);
    }
    venvs.EndAllBut(keys);
  }

  std::vector<Supervised*> AllProcesses() {
    std::vector<Supervised*> all;
    for (ServerRecord& server : ledger.inventory().servers) all.push_back(&server.process);
    for (ServiceRecord& service : ledger.inventory().services) all.push_back(&service.process);
    for (BuildRecord& build : ledger.inventory().builds) all.push_back(&build.process);
    return all;
  }

  // True when nothing is left.
  bool EndAll(bool (ProcessKeeper::*step)(Supervised&)) {
    bool gone = true;
    for (Supervised* process : AllProcesses()) gone &= (keeper.*step)(*process);
    return gone;
  }

  bool EndWithin(Duration limit, bool (ProcessKeeper::*step)(Supervised&), const std::function<void(Duration)>& pause) {
    const SteadyTime end = seams.clock.Steady() + limit;
    while (!EndAll(step)) {
      if (seams.clock.Steady() >= end) return false;
      pause(kShutdownLook);
    }
    return true;
  }

  // What was ended on purpose is no crash, and due at once when there is a next time.
  void NoteDown() {
    for (Supervised* process : AllProcesses()) process->next_start = WallTime{};
    if (auto saved = ledger.Save(); !saved)
      Log(LogLevel::kError, "inventory not written", {{"error", saved.error().Text()}});
  }

  Options options;
  Seams seams;
  Paths paths;
  Ledger ledger;
  ProcessKeeper keeper;
  Adoption adoption;
  Interpreters interpreters;
  VirtualEnvironments venvs;
  Launcher launcher;
  Servers servers;
  Services services;
  WorkspaceFiles workspace;
  Housekeeping housekeeping;
  bool loaded = false;
  bool strays_ended = false;
};

LocalProcessTarget::LocalProcessTarget(Options options, Seams seams)
    : impl_(std::make_unique<Impl>(std::move(options), seams)) {}

LocalProcessTarget::~LocalProcessTarget() = default;

Status LocalProcessTarget::Check() { return Preflight(impl_->options, impl_->paths, impl_->interpreters); }

Status LocalProcessTarget::Prepare() {
  DAGITOPS_TRY(impl_->housekeeping.Prepare());
  return PrepareStorage(impl_->options, impl_->paths, impl_->seams.disk, impl_->seams.commands);
}

// By their marks, not by the records, which another thread may be changing.
std::vector<long long> LocalProcessTarget::Running() const {
  std::vector<long long> pids;
  for (const MarkedProcess& process : impl_->seams.processes.FindByEnvironment(kMarkVariable)) {
    const bool ours = ParseMark(process.mark, impl_->paths.state_id()).has_value();
    if (ours && process.leads_session) pids.push_back(process.identity.pid);
  }
  return pids;
}

Result<Observed> LocalProcessTarget::Observe() { return impl_->Observe(); }

std::vector<WebserverEndpoint> LocalProcessTarget::Webservers() {
  std::string url = WebserverUrl(impl_->options.webserver);
  if (url.empty()) return {};
  return {{std::move(url)}};
}

Status LocalProcessTarget::Apply(const PlanItem& item) { return impl_->Apply(item); }

Status LocalProcessTarget::Maintain(const Desired& desired) { return impl_->Maintain(desired); }

std::optional<Duration> LocalProcessTarget::LookAgain() const {
  return Sooner(impl_->servers.LookAgain(), impl_->services.LookAgain());
}

std::vector<CutRuns> LocalProcessTarget::ShutdownAll(Duration grace, const std::function<void(Duration)>& pause) {
  if (auto loaded = impl_->Load(); !loaded) {
    Log(LogLevel::kError, "nothing ended", {{"error", loaded.error().Text()}});
    return {};
  }
  std::vector<Servers::LastRuns> last = impl_->servers.AllRuns();
  const auto pause_and_ask = [&](Duration time) {
    pause(time);
    impl_->servers.AskAgain(last);
  };
  if (!impl_->EndWithin(grace, &ProcessKeeper::End, pause_and_ask)) {
    impl_->EndWithin(kKillPatience, &ProcessKeeper::Kill, pause);
  }
  impl_->NoteDown();
  return CutOf(std::move(last));
}

}  // namespace dagitops::local_process
