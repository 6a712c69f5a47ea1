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
#include <stop_token>
#include <thread>
#include <utility>

#include "dagitops/base/log.h"
#include "dagitops/base/text.h"
#include "dagitops/controller/controller.h"

#include "manager/ending.h"

namespace dagitops::manager {
namespace {

constexpr int kLookMs = 100;  // for further signals, while everything ends

// nohup: whoever started us said that a closed terminal means nothing.
bool HangUpIsIgnored() {
  struct sigaction current {};
  return sigaction(SIGHUP, nullptr, &current) == 0 && current.sa_handler == SIG_IGN;
}

// A blocked signal waits to be read even where it is ignored, so one that shall stay ignored is left out.
sigset_t ServeSignals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGCHLD}) sigaddset(&set, signal);
  if (!HangUpIsIgnored()) sigaddset(&set, SIGHUP);
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

int OpenSignals() {
  const sigset_t set = ServeSignals();
  return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

// Whoever started us sees that it was the signal.
void EndBySignal(int signal) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal);
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  raise(signal);
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

  // The signal whose meaning is the one asked for, or 0.
  int HandleSignals(int fd, Ending::Meaning wanted) {
    signalfd_siginfo info{};
    int found = 0;
    while (read(fd, &info, sizeof info) == sizeof info) {
      const int signal = static_cast<int>(info.ssi_signo);
      if (signal == SIGCHLD) {
        if (parts.reap() > 0) WakeAll();
      } else if (ending.Take(signal, parts.clock.Steady()) == wanted) {
        found = signal;
      }
    }
    return found;
  }

  Status WaitForEnd(int signals) {
    const Descriptor watch(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (signals < 0 || watch.get() < 0) return SystemError("watching for signals");
    if (inotify_add_watch(watch.get(), parts.requests_dir.c_str(), IN_MOVED_TO) < 0) {
      return SystemError("watching " + parts.requests_dir);
    }
    std::array<pollfd, 2> fds{{{signals, POLLIN, 0}, {watch.get(), POLLIN, 0}}};
    for (;;) {
      if (poll(fds.data(), fds.size(), -1) < 0 && errno != EINTR) return SystemError("waiting for signals");
      if (const int signal = HandleSignals(signals, Ending::Meaning::kEnd)) {
        Log(LogLevel::kInfo, "ending; another Ctrl-C, a second from now or later, leaves running what has not ended",
            {{"signal", strsignal(signal)}});
        return Ok();
      }
      if ((fds[1].revents & POLLIN) == 0) continue;
      Drain(watch.get());
      WakeAll();
    }
  }

  // Beside the ending, until it is done: goes at once where somebody does not want to wait for it.
  void WatchForLeave(int signals, const std::stop_token& done) {
    pollfd fd{signals, POLLIN, 0};
    while (!done.stop_requested()) {
      if (poll(&fd, 1, kLookMs) <= 0) continue;
      const int signal = HandleSignals(signals, Ending::Meaning::kLeave);
      if (signal == 0) continue;
      Log(LogLevel::kWarning, "left running; the next `dagitops serve` takes them over",
          {{"pids", Join(parts.running(), ", ")}});
      EndBySignal(signal);
    }
  }

  ServeParts parts;
  controller::Controller controller;
  Ending ending;
};

Server::Server(ServeParts parts) : impl_(std::make_unique<Impl>(std::move(parts))) {}
Server::~Server() = default;

std::size_t Server::QueueDepth() { return impl_->controller.Depth(); }

void Server::Wake(const std::string& key) { impl_->controller.Wake(key); }

Status Server::Run() {
  const Descriptor signals(OpenSignals());
  impl_->controller.Start();
  Status status = impl_->WaitForEnd(signals.get());
  const std::jthread watch([&](const std::stop_token& done) { impl_->WatchForLeave(signals.get(), done); });
  impl_->parts.cut_waits();
  impl_->controller.Stop();
  impl_->parts.shut_down();
  return status;
}

}  // namespace dagitops::manager
