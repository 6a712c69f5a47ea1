#include "target/local_process/servers.h"

#include <algorithm>
#include <map>

#include "dagitops/base/duration.h"
#include "dagitops/base/log.h"
#include "dagitops/base/text.h"
#include "dagitops/render/workspace_yaml.h"

#include "target/local_process/env_file.h"
#include "target/local_process/failure_reason.h"
#include "target/local_process/known_secrets.h"
#include "target/local_process/restart_policy.h"

namespace dagitops::local_process {
namespace {

constexpr std::size_t kLogTail = 64u << 10;
constexpr std::size_t kMaxNotes = 20;

bool Names(const std::optional<std::string>& workspace, const std::string& socket) {
  return workspace && workspace->find(socket) != std::string::npos;
}

bool Names(const PublishedFiles& published, const std::string& socket) {
  return Names(published.webserver, socket) || Names(published.daemon, socket);
}

// Location names by socket; where the files differ, the webserver's counts.
std::map<std::string, std::string> NamesBySocket(const PublishedFiles& published) {
  std::map<std::string, std::string> names;
  for (const auto& text : {published.webserver, published.daemon}) {
    for (const WorkspaceEntry& entry : render::ReadWorkspaceYaml(text.value_or(""))) {
      names.try_emplace(entry.socket, entry.location_name);
    }
  }
  return names;
}

}  // namespace

Servers::Servers(Parts parts) : parts_(parts), prober_(parts.client, parts.clock) {}

std::string Servers::SocketOf(const ServerRecord& server) const {
  return parts_.paths.Socket(server.location, server.content);
}

std::string Servers::LogReason(const ServerRecord& server) const {
  if (!server.spec_known()) return {};  // nor are its secrets
  const std::string path = parts_.paths.Log(parts_.paths.ServerLogName(server.location, server.content));
  const auto log = parts_.disk.Read(path, kLogTail);
  if (!log || !*log) return {};
  return FailureReason(WithoutSecrets(**log, SecretsOf(server)), server.code_folder);
}

// As they stand on disk now: an adopted server was given its own by an earlier life.
std::vector<std::string> Servers::SecretsOf(const ServerRecord& server) const {
  const std::string& path = server.spec.env_file;
  if (path.empty()) return KnownSecrets({}, server.spec);
  const auto text = parts_.disk.Read(path, kMaxEnvFile);
  if (!text || !*text) return KnownSecrets({}, server.spec);
  const auto variables = ParseEnvFile(**text, path);
  return KnownSecrets(variables ? *variables : std::map<std::string, std::string>(), server.spec);
}

// --- the plan's items

Status Servers::Start(const DesiredServer& wanted) {
  auto& servers = parts_.ledger.inventory().servers;
  if (ServerRecord* known = parts_.ledger.inventory().Find(wanted.location, wanted.content)) {
    Learn(*known, wanted);
    return parts_.ledger.Save();
  }
  ServerRecord server;
  server.location = wanted.location;
  server.location_name = wanted.location_name;
  server.content = wanted.content;
  server.spec = wanted.process;
  server.ever_ready = wanted.proven;
  if (TakeOver(server)) EndWithoutSocket(server);
  servers.push_back(std::move(server));
  if (auto saved = parts_.ledger.Save(); !saved) {
    servers.pop_back();
    return saved;
  }
  prober_.Forget(SocketOf(servers.back()));
  parts_.launcher.Launch(servers.back());
  return parts_.ledger.Save();
}

// A second one beside an orphan would take its socket, and lose it when the first one ends: gRPC removes whatever lies
// at its path then (dagster 1.13.27, run).
bool Servers::TakeOver(ServerRecord& server) {
  const auto orphan = parts_.adoption.TakeOrphan(parts_.ledger.inventory(), server);
  if (!orphan) return false;
  Log(LogLevel::kInfo, "code server taken over",
      {{"location", server.location}, {"pid", std::to_string(orphan->identity.pid)}});
  int& attempts = parts_.ledger.inventory().attempts;
  attempts = std::max(attempts, orphan->attempt);
  server.process.identity = orphan->identity;
  server.process.attempt = orphan->attempt;
  server.process.started = parts_.clock.Now();
  return true;
}

// It may be no server at all but what one left behind.
void Servers::EndWithoutSocket(ServerRecord& server) {
  if (!prober_.SocketExists(SocketOf(server))) parts_.keeper.End(server.process);
}

// What a server is made of that was taken back from a lost inventory is only known once it is wanted. From then on it
// is a server like any other.
void Servers::Learn(ServerRecord& server, const DesiredServer& wanted) {
  if (server.spec_known() || !wanted.not_runnable.empty()) return;
  server.spec = wanted.process;
  server.location_name = wanted.location_name;
  if (server.phase != Phase::kRunning) return;
  EndWithoutSocket(server);
  parts_.launcher.Launch(server);
}

Status Servers::Stop(const PlanItem& item) {
  ServerRecord* server = parts_.ledger.inventory().Find(item.location, item.content);
  if (server == nullptr || server->phase == Phase::kStopping) return Ok();
  if (HasRunsAgainstThePlan(*server, item.cut_runs)) return Ok();
  const Phase before = server->phase;
  server->phase = Phase::kStopping;
  if (auto saved = parts_.ledger.Save(); !saved) {
    server->phase = before;
    return saved;
  }
  Log(LogLevel::kInfo, "ending code server", {{"location", server->location}, {"content", server->content}});
  auto& servers = parts_.ledger.inventory().servers;
  if (AdvanceOne(*server, {})) servers.erase(servers.begin() + (server - servers.data()));
  return parts_.ledger.Save();
}

// A run may have come in since the plan looked; it stays then, and the next plan knows. Not being told is no reason to
// end one either. Runs that are cut are named.
bool Servers::HasRunsAgainstThePlan(const ServerRecord& server, bool cut_runs) {
  if (!server.ready || !server.was_published || !parts_.keeper.Alive(server.process)) return false;
  const auto runs = prober_.Runs(SocketOf(server));
  if (!cut_runs) return !runs || !runs->empty();
  if (runs && !runs->empty()) NoteCut(server, Join(*runs, ", "));
  return false;
}

void Servers::NoteCut(const ServerRecord& server, const std::string& runs) {
  Log(LogLevel::kWarning, "runs cut", {{"location", server.location}, {"runs", runs}});
  notes_.emplace_back(parts_.clock.Now(), "the server of " + server.location + " was ended with runs in it: " + runs);
  if (notes_.size() > kMaxNotes) notes_.erase(notes_.begin());
}

// --- looking

void Servers::TakeBack(const PublishedFiles& published) {
  if (!published.webserver && !published.daemon) return;
  Inventory& inventory = parts_.ledger.inventory();
  const std::map<std::string, std::string> names = NamesBySocket(published);
  for (const auto& [location, content] : parts_.adoption.Orphans(inventory)) {
    ServerRecord server;
    server.location = location;
    server.content = content;
    const std::string socket = SocketOf(server);
    if (!Names(published, socket) || !TakeOver(server)) continue;
    const auto name = names.find(socket);
    server.location_name = name == names.end() ? location : name->second;
    server.phase = Phase::kRunning;
    server.ever_ready = true;  // or it would never have been published
    server.was_published = true;
    inventory.servers.push_back(std::move(server));
  }
}

void Servers::Look(const PublishedFiles& published, std::set<std::string> sockets) {
  prober_.Begin(std::move(sockets));
  for (ServerRecord& server : parts_.ledger.inventory().servers) {
    NotePublished(server, published);
    if (server.phase == Phase::kRunning && !parts_.keeper.Alive(server.process)) NoteEnd(server);
  }
  AskAll();
}

void Servers::NotePublished(ServerRecord& server, const PublishedFiles& published) const {
  if (!published.webserver) return;  // a file that is not there says nothing
  const std::string socket = SocketOf(server);
  if (Names(published, socket)) {
    server.was_published = true;
    server.retired.reset();
  } else if (server.was_published) {
    const WallTime now = parts_.clock.Now();
    server.retired = server.retired ? std::min(*server.retired, now) : now;  // the clock may have been set back
  }
}

// How it ended is only known of children of ours. Of others that were adopted it may have been a reboot, so they get
// another try at once.
void Servers::NoteEnd(ServerRecord& server) {
  const auto exit = parts_.keeper.Exit(server.process);
  const std::string said = LogReason(server);
  std::string reason = WhyServerEnded(exit, said);
  prober_.Forget(SocketOf(server));
  if (exit && !server.ever_ready) return Fail(server, std::move(reason));
  if (exit) {
    Log(LogLevel::kWarning, "code server ended", {{"location", server.location}, {"reason", reason}});
    server.process.reason = std::move(reason);
  }
  ScheduleRestart(server, exit.has_value());
}

void Servers::ScheduleRestart(ServerRecord& server, bool counted) {
  const WallTime now = parts_.clock.Now();
  Supervised& process = server.process;
  process.identity.reset();
  process.told_to_end.reset();
  server.ready = false;
  server.server_id.clear();
  server.phase = Phase::kWaiting;
  process.next_start = now;
  if (!counted) return;
  ForgetOldRestarts(process.restarts, now);
  const RestartVerdict verdict = NextRestart(process.restarts, now, parts_.options.restart_limit);
  if (!verdict.at) return Fail(server, process.reason);
  process.next_start = *verdict.at;
  process.restarts.push_back(now);
}

// A process that is still there is ended by the next passes.
void Servers::Fail(ServerRecord& server, std::string reason) {
  Log(LogLevel::kWarning, "code server failed", {{"location", server.location}, {"reason", reason}});
  server.phase = Phase::kFailed;
  server.ready = false;
  server.process.reason = std::move(reason);
}

void Servers::AskAll() {
  std::map<std::string, ServerRecord*> by_socket;
  std::vector<std::string> order;
  for (ServerRecord& server : parts_.ledger.inventory().servers) {
    const std::string socket = SocketOf(server);
    if (server.phase != Phase::kRunning || server.ready) continue;
    by_socket[socket] = &server;
    order.push_back(socket);
  }
  prober_.Sort(order);
  for (const std::string& socket : order) Ask(*by_socket[socket]);
  for (const ServerRecord& server : parts_.ledger.inventory().servers) {
    if (server.retired && Answers(server)) prober_.CountRuns(SocketOf(server));
  }
}

void Servers::Ask(ServerRecord& server) {
  const ServerAnswer& answer = prober_.Ask(SocketOf(server));
  if (answer.kind == ServerAnswer::Kind::kLoaded) {
    server.ready = true;
    server.ever_ready = true;
    server.server_id = answer.server_id;
    server.process.reason.clear();
    Log(LogLevel::kInfo, "code server ready", {{"location", server.location}, {"content", server.content}});
  } else if (TimedOut(server) && !server.ever_ready) {
    const std::string said = LogReason(server);
    Fail(server, "did not answer within " + FormatDuration(parts_.options.start_timeout) +
                     (said.empty() ? "" : "; its last words: " + said));
  }
}

bool Servers::Answers(const ServerRecord& server) const {
  if (server.phase != Phase::kRunning) return false;
  return server.ready || prober_.Last(SocketOf(server)).kind == ServerAnswer::Kind::kNotLoaded;
}

bool Servers::TimedOut(const ServerRecord& server) const {
  if (server.phase != Phase::kRunning || server.ready) return false;
  const std::string socket = SocketOf(server);
  return prober_.Last(socket).kind == ServerAnswer::Kind::kNotYet &&
         prober_.Waited(socket) >= parts_.options.start_timeout;
}

// --- going on

void Servers::Advance(const WantedServers& wanted) {
  auto& servers = parts_.ledger.inventory().servers;
  std::erase_if(servers, [&](ServerRecord& server) { return AdvanceOne(server, wanted); });
}

// True when the record has come to its end.
bool Servers::AdvanceOne(ServerRecord& server, const WantedServers& wanted) {
  const auto found = wanted.find({server.location, server.content});
  if (found != wanted.end()) Learn(server, *found->second);
  switch (server.phase) {
    case Phase::kStopping:
      if (!parts_.keeper.End(server.process)) return false;
      Removed(server);
      return true;
    case Phase::kFailed:
      AdvanceFailed(server, wanted);
      return false;
    case Phase::kPreparing:
      parts_.launcher.Launch(server);
      return false;
    case Phase::kWaiting:
      // One that died when nothing pointed at it any more is only brought back when it is wanted again.
      if (server.retired && found == wanted.end()) return false;
      if (!server.spec_known()) return false;
      if (UntilStart(server.process, parts_.clock.Now()) == Duration(0)) parts_.launcher.Launch(server);
      return false;
    case Phase::kRunning:
      // One that could not be started again is better than none.
      if (TimedOut(server) && server.spec_known()) parts_.keeper.End(server.process);
      return false;
  }
  return false;
}

// Given up as a candidate, and proven all the same: its record or its decision comes from another time.
void Servers::AdvanceFailed(ServerRecord& server, const WantedServers& wanted) {
  const auto found = wanted.find({server.location, server.content});
  const bool proven = found != wanted.end() && found->second->proven;
  if (!parts_.keeper.End(server.process) || server.ever_ready || !proven) return;
  server.ever_ready = true;
  ScheduleRestart(server, true);
}

void Servers::Removed(const ServerRecord& server) {
  prober_.Forget(SocketOf(server));
  if (auto removed = parts_.disk.Remove(SocketOf(server)); !removed) {
    Log(LogLevel::kWarning, "socket not removed", {{"error", removed.error().Text()}});
  }
  Log(LogLevel::kInfo, "code server gone", {{"location", server.location}, {"content", server.content}});
}

std::vector<Servers::LastRuns> Servers::AllRuns() {
  std::vector<LastRuns> all;
  for (const ServerRecord& server : parts_.ledger.inventory().servers) {
    if (!server.ready || !parts_.keeper.Alive(server.process)) continue;
    auto runs = prober_.Runs(SocketOf(server));
    if (runs && !runs->empty()) all.push_back({server.location, server.content, std::move(*runs)});
  }
  return all;
}

void Servers::AskAgain(std::vector<LastRuns>& all) {
  for (LastRuns& last : all) {
    const ServerRecord* server = parts_.ledger.inventory().Find(last.location, last.content);
    if (!last.asked_on || server == nullptr || !parts_.keeper.Alive(server->process)) continue;
    auto runs = prober_.Runs(SocketOf(*server));
    last.asked_on = runs && !runs->empty();
    if (runs) last.runs = std::move(*runs);
  }
}

}  // namespace dagitops::local_process
