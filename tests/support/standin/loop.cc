#include "support/standin/loop.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace dagitops::standin {
namespace {

// A write to a connection that the other side closed must be an error, not the end.
int BlockSignals() {
  signal(SIGPIPE, SIG_IGN);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  return signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
}

}  // namespace

void Loop::Watch(int fd, short events, Handler handler) { watched_[fd] = {events, std::move(handler)}; }

void Loop::Wait(int fd, short events) {
  if (auto found = watched_.find(fd); found != watched_.end()) found->second.events = events;
}

void Loop::Forget(int fd) { watched_.erase(fd); }

void Loop::After(std::chrono::milliseconds delay, std::function<void()> what) {
  timers_.emplace(Clock::now() + delay, std::move(what));
}

void Loop::OnTermination(std::function<void()> what) { terminate_ = std::move(what); }

void Loop::Stop(int exit_code) { exit_code_ = exit_code; }

int Loop::PollTimeout() const {
  if (timers_.empty()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(timers_.begin()->first - Clock::now());
  return static_cast<int>(std::max<long long>(0, left.count()));
}

void Loop::RunTimers() {
  while (!timers_.empty() && timers_.begin()->first <= Clock::now()) {
    auto due = timers_.extract(timers_.begin());
    due.mapped()();
  }
}

int Loop::Run() {
  const int signals = BlockSignals();
  Watch(signals, POLLIN, [this, signals](short) {
    signalfd_siginfo info;
    while (read(signals, &info, sizeof info) > 0) terminate_ ? terminate_() : Stop(0);
  });
  while (exit_code_ < 0) {
    std::vector<pollfd> polled;
    for (const auto& [fd, entry] : watched_) polled.push_back({fd, entry.events, 0});
    poll(polled.data(), polled.size(), PollTimeout());
    RunTimers();
    for (const pollfd& one : polled) {
      auto found = watched_.find(one.fd);
      if (one.revents == 0 || found == watched_.end()) continue;
      const Handler handler = found->second.handler;  // a copy: the handler may forget its own descriptor
      handler(one.revents);
    }
  }
  return exit_code_;
}

}  // namespace dagitops::standin
