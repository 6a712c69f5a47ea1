#include "source/git/fetch_process.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <thread>

#include "dagitops/base/duration.h"

#include "source/git/descriptor.h"

namespace dagitops::git {
namespace {

using std::chrono::steady_clock;

constexpr Duration kReapTime{2000};
constexpr Duration kReapPause{2};
constexpr Duration kStopLook{50};  // how often it is looked whether to stop

// What may pass into the fetching process: how to reach the network, and what tools that watch programs need. Never the
// rest of our environment, which may hold secrets of others.
constexpr std::array<const char*, 13> kInherited{
    "PATH",     "TZ",        "https_proxy",  "HTTPS_PROXY",  "http_proxy",    "HTTP_PROXY",     "no_proxy",
    "NO_PROXY", "all_proxy", "ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS", "LD_LIBRARY_PATH"};

std::vector<std::string> Environment(const std::string& home) {
  std::vector<std::string> environment{"HOME=" + home};
  for (const char* name : kInherited) {
    if (const char* value = std::getenv(name); value != nullptr) environment.push_back(std::string(name) + "=" + value);
  }
  return environment;
}

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// One end of a pair of sockets.
class Channel {
 public:
  explicit Channel(int descriptor) : descriptor_(descriptor) {}
  ~Channel() { Close(); }
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  int get() const { return descriptor_; }
  void Close() {
    if (descriptor_ >= 0) close(descriptor_);
    descriptor_ = -1;
  }

 private:
  int descriptor_;
};

// The child leads a process group of its own, with no descriptor of ours but the socket and with all signals as usual.
int Spawn(const FetchProcess& process, int socket, pid_t* pid) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_adddup2(&actions, socket, 0);
  posix_spawn_file_actions_adddup2(&actions, socket, 1);
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  const std::vector<std::string> environment = Environment(process.home);
  const int error = posix_spawn(pid, process.command.front().c_str(), &actions, &attributes,
                                Pointers(process.command).data(), Pointers(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

// Waits until the socket is ready; false when patience has ended.
bool WaitFor(int socket, short events, const Patience& patience) {
  for (;;) {
    const Duration left = patience.Left();
    if (left <= Duration(0)) return false;
    pollfd ready{socket, events, 0};
    const int count = poll(&ready, 1, static_cast<int>(std::min(left, kStopLook).count()));
    if (count > 0) return true;
    if (count < 0 && errno != EINTR) return true;  // the following call tells what is wrong
  }
}

// False when patience has ended. A child that does not take the request any more is seen by its missing answer.
bool Send(int socket, std::string_view text, const Patience& patience) {
  while (!text.empty()) {
    if (!WaitFor(socket, POLLOUT, patience)) return false;
    const ssize_t put = send(socket, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (put < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (put < 0) return true;
    text.remove_prefix(static_cast<std::size_t>(put));
  }
  shutdown(socket, SHUT_WR);
  return true;
}

// Everything up to the end; nullopt when patience has ended before.
std::optional<std::string> Receive(int socket, const Patience& patience) {
  std::string text;
  std::array<char, 65536> buffer{};
  while (text.size() <= kLargestMessage) {
    if (!WaitFor(socket, POLLIN, patience)) return std::nullopt;
    const ssize_t got = recv(socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return text;
}

// Ends the whole group and collects the child. One that hangs in the kernel (a dead network disk) cannot be waited for;
// it stays a zombie until we end ourselves.
void KillAndReap(pid_t pid) {
  kill(-pid, SIGKILL);
  const auto deadline = steady_clock::now() + kReapTime;
  while (waitpid(pid, nullptr, WNOHANG) == 0 && steady_clock::now() < deadline) std::this_thread::sleep_for(kReapPause);
}

Error NotStarted(const FetchProcess& process, int error) {
  return Error{ErrorKind::kStalled, "git-fetch-not-started", process.name,
               "could not start " + process.command.front() + ": " + std::strerror(error),
               "check the installation and the limits on processes and open files"};
}

Error Stopped(const std::string& name) {
  return Error{ErrorKind::kRetry, "git-fetch-stopped", name, "the fetch was given up because dagitops ends",
               "the next start fetches again"};
}

}  // namespace

Duration Patience::Left() const {
  if (stop.stop_requested()) return Duration(0);
  return std::max(std::chrono::ceil<Duration>(deadline - steady_clock::now()), Duration(0));
}

Status FetchHelper::Start() {
  if (pid_ > 0) return Ok();
  std::array<int, 2> sockets{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets.data()) != 0) return NotStarted(process_, errno);
  const Channel theirs(sockets[1]);
  control_ = sockets[0];
  if (const int error = Spawn(process_, theirs.get(), &pid_); error != 0) {
    pid_ = -1;
    End();
    return NotStarted(process_, error);
  }
  return Ok();
}

void FetchHelper::End() {
  if (pid_ > 0) KillAndReap(pid_);
  if (control_ >= 0) close(control_);
  pid_ = -1;
  control_ = -1;
}

// One that takes nothing, or ends before it has answered, is seen by the empty answer.
Result<std::optional<std::string>> FetchHelper::Ask(const std::string& request, const Patience& patience) {
  std::array<int, 2> sockets{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets.data()) != 0) return NotStarted(process_, errno);
  const Channel ours(sockets[0]);
  Channel theirs(sockets[1]);
  DAGITOPS_TRY(Start());
  SendDescriptor(control_, theirs.get());
  theirs.Close();
  std::optional<std::string> answer;
  if (Send(ours.get(), request, patience)) answer = Receive(ours.get(), patience);
  if (!answer || answer->empty()) End();
  return answer;
}

Result<FetchAnswer> FetchHelper::Fetch(const FetchRequest& request, Duration deadline) {
  const Patience patience{steady_clock::now() + deadline, process_.stop};
  const bool kept = pid_ > 0;  // one that was kept may have ended since, or be about to
  const std::string text = EncodeRequest(request);
  DAGITOPS_ASSIGN(std::optional<std::string> answer, Ask(text, patience));
  if (kept && answer && answer->empty()) {
    DAGITOPS_ASSIGN(answer, Ask(text, patience));
  }
  if (answer) return DecodeAnswer(*answer, process_.name);
  if (process_.stop.stop_requested()) return Stopped(process_.name);
  return Error{ErrorKind::kRetry, "git-fetch-timeout", process_.name,
               "the fetch did not end within " + FormatDuration(deadline) + " and was given up",
               "it is tried again; check the network, or raise `source.timeout` where the repository is large"};
}

}  // namespace dagitops::git
