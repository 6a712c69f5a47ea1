#include "dagitops/process/posix_command_runner.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <system_error>

#include "process/fd.h"
#include "process/proc_fs.h"
#include "process/spawn.h"
#include "process/tail_buffer.h"

namespace dagitops {
namespace {

using Steady = std::chrono::steady_clock;

// A killed process that still does not end hangs in the kernel (a dead network disk); it is left behind.
constexpr Duration kKillPatience = std::chrono::seconds(5);
// A process that starts others while its kind is being killed loses this race after a few rounds.
constexpr int kStrayRounds = 8;

Error SystemError(const std::string& program, const std::string& doing) {
  return {ErrorKind::kRetry, "process-start-failed", program,
          doing + " failed: " + std::generic_category().message(errno), ""};
}

// One of the command's two output streams.
struct Stream {
  Fd read_end;
  Fd write_end;
  TailBuffer kept;

  explicit Stream(std::size_t limit) : kept(limit) {}

  bool Open() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    read_end = Fd(ends[0]);
    write_end = Fd(ends[1]);
    return fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0;
  }

  // Takes what is there, at most 1 MiB at once, so that a command that never stops writing cannot keep us from its
  // deadline; closes at the end of the stream.
  void Drain() {
    std::array<char, 65536> buffer{};
    for (int round = 0; round < 16 && read_end.valid(); ++round) {
      const ssize_t count = read(read_end.get(), buffer.data(), buffer.size());
      if (count > 0) {
        kept.Append({buffer.data(), static_cast<std::size_t>(count)});
        continue;
      }
      if (count < 0 && errno == EINTR) continue;
      if (count == 0 || errno != EAGAIN) read_end.Close();
      return;
    }
  }
};

// A file without a name that holds `text`, to be read from its beginning. A pipe would have to be fed while it is read.
Fd FileOf(const std::string& text) {
  Fd file(memfd_create("input", MFD_CLOEXEC));
  std::size_t written = 0;
  while (file.valid() && written < text.size()) {
    const ssize_t count = write(file.get(), text.data() + written, text.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return {};
    written += static_cast<std::size_t>(count);
  }
  if (file.valid() && lseek(file.get(), 0, SEEK_SET) != 0) return {};
  return file;
}

// By number, since the header of glibc 2.36 declares the function without extern "C".
int OpenPidfd(pid_t pid) { return static_cast<int>(syscall(SYS_pidfd_open, pid, 0)); }

// One command between its start and its end.
class Running {
 public:
  Running(pid_t pid, std::string mark) : pid_(pid), pidfd_(OpenPidfd(pid)), mark_(std::move(mark)) {}

  bool watched() const { return pidfd_.valid(); }

  // True when the process ended before `until`; its output is collected meanwhile.
  bool WaitUntil(Steady::time_point until, Stream& output, Stream& errors) {
    for (;;) {
      const auto left = std::chrono::ceil<Duration>(until - Steady::now());
      if (left.count() <= 0) return false;
      std::array<pollfd, 3> waiting{pollfd{pidfd_.get(), POLLIN, 0}, pollfd{output.read_end.get(), POLLIN, 0},
                                    pollfd{errors.read_end.get(), POLLIN, 0}};
      const int timeout = static_cast<int>(std::min<Duration::rep>(left.count(), 60'000));
      if (poll(waiting.data(), waiting.size(), timeout) < 0 && errno != EINTR) return false;
      output.Drain();
      errors.Drain();
      if (waiting[0].revents != 0) return true;
    }
  }

  // The leader is not waited for yet, so its number still means this group and no other.
  void KillGroup() const { kill(-pid_, SIGKILL); }

  // What left the group by a session of its own.
  void KillStrays() const {
    bool found = true;
    for (int round = 0; found && round < kStrayRounds; ++round) {
      found = false;
      for (const pid_t pid : OwnProcesses()) {
        if (ReadVariable(pid, PosixCommandRunner::kMark) != mark_) continue;
        const auto stat = ReadProcStat(pid);
        if (!stat || stat->dead()) continue;
        kill(pid, SIGKILL);
        found = true;
      }
    }
  }

  void Reap(CommandResult& result) const {
    int status = 0;
    if (waitpid(pid_, &status, 0) != pid_) return;
    if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
    if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
  }

 private:
  pid_t pid_;
  Fd pidfd_;
  std::string mark_;
};

// Unlike that of any other command on this machine, now or from an earlier life of ours.
std::string NewMark() {
  static std::atomic<unsigned> counter{0};
  const auto stat = ReadProcStat(getpid());
  return std::to_string(getpid()) + "-" + std::to_string(stat ? stat->start_ticks : 0) + "-" +
         std::to_string(counter++);
}

Result<CommandResult> Follow(Running& running, const Command& command, Stream& output, Stream& errors) {
  CommandResult result;
  bool ended = running.WaitUntil(Steady::now() + command.deadline, output, errors);
  result.timed_out = !ended;
  running.KillGroup();
  running.KillStrays();
  if (!ended) ended = running.WaitUntil(Steady::now() + kKillPatience, output, errors);
  if (!ended) {
    return Error{ErrorKind::kInternal, "process-does-not-end", command.arguments.front(),
                 "the program was killed and is still there", "look for a hanging disk or mount"};
  }
  running.Reap(result);
  output.Drain();
  errors.Drain();
  result.output = output.kept.Take();
  result.errors = errors.kept.Take();
  return result;
}

}  // namespace

Result<CommandResult> PosixCommandRunner::Run(const Command& command) {
  Stream output(command.max_output);
  Stream errors(command.max_output);
  if (!output.Open() || !errors.Open()) return SystemError("pipe", "making a pipe");
  const Fd input = command.input.empty() ? Fd() : FileOf(command.input);
  if (!command.input.empty() && !input.valid()) return SystemError("memfd", "keeping the input");
  std::map<std::string, std::string> environment = command.environment;
  const std::string mark = environment[kMark] = NewMark();
  DAGITOPS_ASSIGN(const pid_t pid, Spawn({command.arguments, environment, command.working_directory, input.get(),
                                          output.write_end.get(), errors.write_end.get()}));
  output.write_end.Close();
  errors.write_end.Close();
  Running running(pid, mark);
  if (!running.watched()) {
    const Error error = SystemError(command.arguments.front(), "pidfd_open");
    CommandResult ignored;
    running.KillGroup();
    running.Reap(ignored);
    return error;
  }
  return Follow(running, command, output, errors);
}

}  // namespace dagitops
