#pragma once

#include <chrono>
#include <functional>
#include <map>

namespace dagitops::standin {

// One thread, one poll(): descriptors, timers and the signals that end the process. Handlers may add and remove
// descriptors, their own included.
class Loop {
 public:
  using Handler = std::function<void(short events)>;
  using Clock = std::chrono::steady_clock;

  void Watch(int fd, short events, Handler handler);  // again for a known descriptor: changes events and handler
  void Wait(int fd, short events);                    // changes only what is waited for
  void Forget(int fd);                                // does not close it
  void After(std::chrono::milliseconds delay, std::function<void()> what);
  // Called at SIGTERM and SIGINT; without it both end the loop with 0.
  void OnTermination(std::function<void()> what);
  void Stop(int exit_code);
  int Run();  // until Stop; returns its exit code

 private:
  struct Watched {
    short events = 0;
    Handler handler;
  };

  void RunTimers();
  int PollTimeout() const;

  std::map<int, Watched> watched_;
  std::multimap<Clock::time_point, std::function<void()>> timers_;
  std::function<void()> terminate_;
  int exit_code_ = -1;
};

}  // namespace dagitops::standin
