#include "target/local_process/housekeeping.h"

#include <array>
#include <utility>
#include <vector>

#include "target/local_process/instance_storage.h"

namespace dagitops::local_process {
namespace {

constexpr Duration kRotateEvery = std::chrono::seconds(10);
constexpr Duration kTidyEvery = std::chrono::minutes(1);
constexpr Duration kOldLog = std::chrono::hours(24 * 7);
constexpr int kAtOnce = 50;  // files removed or rotated in one pass

}  // namespace

Status Housekeeping::Prepare() {
  if (prepared_) return Ok();
  DAGITOPS_TRY(parts_.paths.Check());
  for (const std::string& folder : {parts_.paths.WorkspaceFolder(), parts_.paths.LogFolder(),
                                    parts_.paths.EmptyFolder(), parts_.paths.VenvFolder()}) {
    DAGITOPS_TRY(parts_.disk.MakeFolder(folder));
  }
  DAGITOPS_TRY(OwnRuntimeFolder());
  DAGITOPS_TRY(MakeDagsterHome());
  prepared_ = true;
  return Ok();
}

// Whoever may connect to a code server's socket may run code as us. And two environments in one folder would take each
// other's sockets away.
Status Housekeeping::OwnRuntimeFolder() {
  const std::string& folder = parts_.paths.runtime_dir();
  DAGITOPS_ASSIGN(const FolderRights rights, parts_.disk.MakeFolder(folder));
  if (!rights.ours || rights.open_to_others) {
    return Error{ErrorKind::kStalled, "runtime-dir-not-private", folder,
                 rights.ours ? "other users may enter the folder that holds the servers' sockets"
                             : "the folder for the servers' sockets belongs to another user",
                 rights.ours ? "chmod 700 it, or set another runtimeDir" : "set another runtimeDir"};
  }
  DAGITOPS_ASSIGN(const auto owner, parts_.disk.Read(parts_.paths.RuntimeOwner(), 100));
  if (!owner) return parts_.disk.Write(parts_.paths.RuntimeOwner(), parts_.paths.state_id());
  if (*owner == parts_.paths.state_id()) return Ok();
  return Error{ErrorKind::kStalled, "runtime-dir-shared", folder,
               "another environment keeps its sockets in this folder",
               "set another runtimeDir for environment " + parts_.options.environment + ", or remove the file " +
                   parts_.paths.RuntimeOwner() + " if the other one is gone"};
}

Status Housekeeping::MakeDagsterHome() {
  const std::string& home = parts_.options.dagster_home;
  DAGITOPS_TRY(parts_.disk.MakeFolder(home));
  const std::string file = home + "/dagster.yaml";
  DAGITOPS_ASSIGN(const auto text, parts_.disk.Read(file, 1));
  return text ? Ok() : parts_.disk.Write(file, kDagsterYaml);
}

bool Housekeeping::Due(std::optional<SteadyTime>& last, Duration every) const {
  const SteadyTime now = parts_.clock.Steady();
  if (last && now - *last < every) return false;
  last = now;
  return true;
}

Status Housekeeping::Tidy(const std::set<std::string>& trees) {
  if (Due(rotated_, kRotateEvery)) DAGITOPS_TRY(RotateLogs());
  if (!Due(tidied_, kTidyEvery)) return Ok();
  DAGITOPS_TRY(RemoveSockets());
  DAGITOPS_TRY(RemoveOldLogs());
  DAGITOPS_TRY(CollectCode(trees));
  std::set<std::string> venvs;
  for (const ServerRecord& server : parts_.ledger.inventory().servers) {
    if (!server.spec_known()) return Ok();  // it may run in any of them
    venvs.insert(server.venv);
  }
  for (const BuildRecord& build : parts_.ledger.inventory().builds) venvs.insert(build.key);
  return parts_.venvs.Collect(venvs);
}

Status Housekeeping::RotateLogs() {
  DAGITOPS_ASSIGN(const auto logs, parts_.disk.List(parts_.paths.LogFolder()));
  int rotated = 0;
  for (const DiskEntry& log : logs) {
    if (!log.name.ends_with(".log") || log.size <= parts_.options.log_max_bytes || rotated >= kAtOnce) continue;
    DAGITOPS_TRY(parts_.disk.Rotate(parts_.paths.Log(log.name), parts_.options.log_keep));
    ++rotated;
  }
  return Ok();
}

Status Housekeeping::RemoveOldLogs() {
  DAGITOPS_ASSIGN(const auto logs, parts_.disk.List(parts_.paths.LogFolder()));
  std::set<std::string> used{"webserver.log", "daemon.log"};
  for (const ServerRecord& server : parts_.ledger.inventory().servers) {
    used.insert(parts_.paths.ServerLogName(server.location, server.content));
  }
  int removed = 0;
  for (const DiskEntry& log : logs) {
    const std::string first = log.name.substr(0, log.name.rfind(".log")) + ".log";  // of x.log.2 it is x.log
    if (used.contains(first) || parts_.clock.Now() - log.modified < kOldLog || removed >= kAtOnce) continue;
    DAGITOPS_TRY(parts_.disk.Remove(parts_.paths.Log(log.name)));
    ++removed;
  }
  return Ok();
}

Status Housekeeping::RemoveSockets() {
  DAGITOPS_ASSIGN(const auto entries, parts_.disk.List(parts_.paths.runtime_dir()));
  std::set<std::string> used;
  for (const ServerRecord& server : parts_.ledger.inventory().servers) {
    used.insert(parts_.paths.SocketName(server.location, server.content));
  }
  int removed = 0;
  for (const DiskEntry& entry : entries) {
    if (!entry.name.ends_with(".sock") || used.contains(entry.name) || removed >= kAtOnce) continue;
    DAGITOPS_TRY(parts_.disk.Remove(parts_.paths.runtime_dir() + "/" + entry.name));
    ++removed;
  }
  return Ok();
}

Status Housekeeping::CollectCode(std::set<std::string> trees) {
  for (const ServerRecord& server : parts_.ledger.inventory().servers) trees.insert(server.spec.tree_id);
  trees.merge(parts_.adoption.TreesInUse());
  trees.erase("");
  return parts_.code.Collect({trees.begin(), trees.end()});
}

}  // namespace dagitops::local_process
