#include "dagitops/manager/serve.h"

#include <poll.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "dagitops/base/log.h"
#include "dagitops/controller/controller.h"

namespace dagitops::manager {
namespace {

sigset_t ServeSignals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGCHLD}) sigaddset(&set, signal);
  return set;
}

// A file descriptor with an owner.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

Error SystemError(const std::string& doing) {
  return {ErrorKind::kInternal, "system", "", doing + ": " + std::strerror(errno), ""};
}

// Everything that arrived is one reason to look: what it was does not matter.
void Drain(int fd) {
  std::array<char, 4096> buffer;
  while (read(fd, buffer.data(), buffer.size()) > 0) {
  }
}

}  // namespace

void BlockServeSignals() {
  const sigset_t set = ServeSignals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

struct Server::Impl {
  explicit Impl(ServeParts the_parts)
      : parts(std::move(the_parts)), controller(parts.reconcilers, parts.clock, parts.random) {}

  void WakeAll() {
    for (const auto& [key, reconciler] : parts.reconcilers) controller.Wake(key);
  }

  // The signal that asks the process to end, or 0.
  int HandleSignals(int fd) {
    signalfd_siginfo info{};
    int ending = 0;
    while (read(fd, &info, sizeof info) == sizeof info) {
      if (info.ssi_signo == SIGCHLD) {
        if (parts.reap() > 0) WakeAll();
      } else {
        ending = static_cast<int>(info.ssi_signo);
      }
    }
    return ending;
  }

  Status WaitForEnd() {
    const sigset_t set = ServeSignals();
    const Descriptor signals(signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
    const Descriptor watch(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (signals.get() < 0 || watch.get() < 0) return SystemError("watching for signals");
    if (inotify_add_watch(watch.get(), parts.requests_dir.c_str(), IN_MOVED_TO) < 0) {
      return SystemError("watching " + parts.requests_dir);
    }
    std::array<pollfd, 2> fds{{{signals.get(), POLLIN, 0}, {watch.get(), POLLIN, 0}}};
    for (;;) {
      if (poll(fds.data(), fds.size(), -1) < 0 && errno != EINTR) return SystemError("waiting for signals");
      if (const int signal = HandleSignals(signals.get())) {
        Log(LogLevel::kInfo, "ending; a second Ctrl-C leaves the servers running", {{"signal", strsignal(signal)}});
        return Ok();
      }
      if ((fds[1].revents & POLLIN) == 0) continue;
      Drain(watch.get());
      WakeAll();
    }
  }

  ServeParts parts;
  controller::Controller controller;
};

Server::Server(ServeParts parts) : impl_(std::make_unique<Impl>(std::move(parts))) {}
Server::~Server() = default;

void Server::Wake(const std::string& key) { impl_->controller.Wake(key); }

Status Server::Run() {
  impl_->controller.Start();
  Status status = impl_->WaitForEnd();
  // From here on a second signal has its ordinary effect: the process ends, and what runs is adopted by the next one.
  sigset_t ending;
  sigemptyset(&ending);
  for (const int signal : {SIGINT, SIGTERM}) sigaddset(&ending, signal);
  pthread_sigmask(SIG_UNBLOCK, &ending, nullptr);
  impl_->parts.cut_waits();
  impl_->controller.Stop();
  impl_->parts.shut_down();
  return status;
}

}  // namespace dagitops::manager
