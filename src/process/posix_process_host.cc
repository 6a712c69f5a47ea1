#include "dagitops/process/posix_process_host.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <system_error>

#include "process/fd.h"
#include "process/proc_fs.h"
#include "process/spawn.h"

namespace dagitops {
namespace {

// Ended children whose exit is kept for whoever still asks; each entry is about a hundred bytes.
constexpr std::size_t kMaxRemembered = 1000;

Error LogError(const std::string& path) {
  return {ErrorKind::kStalled, "log-not-writable", path,
          "the log file cannot be written: " + std::generic_category().message(errno),
          "make the folder writable for the user that dagitops runs as"};
}

Result<Fd> OpenLog(const BackgroundProcess& process) {
  Fd log(open(process.log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!log.valid()) return LogError(process.log_file);
  const std::string line = process.log_line.empty() ? "" : process.log_line + "\n";
  if (write(log.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    return LogError(process.log_file);
  }
  return log;
}

ProcessExit ToExit(int status) {
  if (WIFSIGNALED(status)) return {-1, WTERMSIG(status)};
  return {WEXITSTATUS(status), 0};
}

bool SameProcess(const std::optional<ProcStat>& stat, const ProcessIdentity& process) {
  return stat && stat->start_ticks == process.start_ticks;
}

// A pid is not given to a new process while a session or group of that number has members, so members that are at least
// as old as the identity can only be what it started.
bool HasOrphans(const ProcessIdentity& process) {
  const std::vector<pid_t> pids = OwnProcesses();
  return std::any_of(pids.begin(), pids.end(), [&](pid_t pid) {
    const auto stat = ReadProcStat(pid);
    return stat && stat->session == process.pid && stat->start_ticks >= process.start_ticks;
  });
}

}  // namespace

PosixProcessHost::PosixProcessHost() : boot_id_(BootId()) {}

Result<ProcessIdentity> PosixProcessHost::Start(const BackgroundProcess& process) {
  DAGITOPS_ASSIGN(const Fd log, OpenLog(process));
  DAGITOPS_ASSIGN(const pid_t pid,
                  Spawn({process.arguments, process.environment, process.working_directory, -1, log.get(), log.get()}));
  // A child keeps its pid until it is waited for, and nobody else waits for it: the entry is there even if it ended.
  const auto stat = ReadProcStat(pid);
  const ProcessIdentity identity{pid, stat ? stat->start_ticks : 0, boot_id_};
  auto children = children_.lock();
  ForgetOldest(*children);
  (*children)[pid] = {identity, std::nullopt};
  return identity;
}

// True when it was seen to have ended just now.
bool PosixProcessHost::Collect(Child& child) {
  if (child.exit) return false;
  int status = 0;
  const pid_t pid = waitpid(static_cast<pid_t>(child.identity.pid), &status, WNOHANG);
  if (pid == 0 || (pid < 0 && errno == EINTR)) return false;
  child.exit = pid < 0 ? ProcessExit{} : ToExit(status);  // ECHILD: somebody else waited for it, its end is unknown
  return true;
}

void PosixProcessHost::ForgetOldest(Children& children) {
  if (children.size() < kMaxRemembered) return;
  const auto ended = std::find_if(children.begin(), children.end(), [](const auto& c) { return c.second.exit; });
  if (ended != children.end()) children.erase(ended);
}

int PosixProcessHost::Reap() {
  auto children = children_.lock();
  return static_cast<int>(
      std::count_if(children->begin(), children->end(), [](auto& child) { return Collect(child.second); }));
}

bool PosixProcessHost::Alive(const ProcessIdentity& process) {
  if (process.pid <= 0 || process.boot_id != boot_id_) return false;
  {
    auto children = children_.lock();
    const auto child = children->find(process.pid);
    if (child != children->end() && child->second.identity == process) {
      Collect(child->second);
      return !child->second.exit;
    }
  }
  const auto stat = ReadProcStat(static_cast<pid_t>(process.pid));
  return SameProcess(stat, process) && !stat->dead();
}

std::optional<ProcessExit> PosixProcessHost::Exit(const ProcessIdentity& process) {
  auto children = children_.lock();
  const auto child = children->find(process.pid);
  if (child == children->end() || child->second.identity != process) return std::nullopt;
  Collect(child->second);
  return child->second.exit;
}

Status PosixProcessHost::Signal(const ProcessIdentity& process, int signal) {
  if (process.pid <= 1 || process.boot_id != boot_id_) return Ok();
  const auto stat = ReadProcStat(static_cast<pid_t>(process.pid));
  const bool ours = stat ? SameProcess(stat, process) : HasOrphans(process);
  if (!ours || kill(static_cast<pid_t>(-process.pid), signal) == 0 || errno == ESRCH) return Ok();
  return Error{ErrorKind::kStalled, "signal-refused", "process " + std::to_string(process.pid),
               "signal " + std::to_string(signal) + " was refused: " + std::generic_category().message(errno),
               "run dagitops as the user that started the process"};
}

std::vector<MarkedProcess> PosixProcessHost::FindByEnvironment(const std::string& key) {
  std::vector<MarkedProcess> found;
  for (const pid_t pid : OwnProcesses()) {
    auto mark = ReadVariable(pid, key);
    const auto stat = mark ? ReadProcStat(pid) : std::nullopt;
    if (!stat || stat->dead()) continue;
    found.push_back({{pid, stat->start_ticks, boot_id_}, std::move(*mark), stat->session == pid});
  }
  return found;
}

}  // namespace dagitops
