#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/base/random.h"
#include "dagitops/base/result.h"
#include "dagitops/reconcile/reconciler.h"

namespace dagitops::manager {

// What a daemon is made of; all of it outlives Serve.
struct ServeParts {
  std::map<std::string, reconcile::Reconciler*> reconcilers;  // by key
  std::string requests_dir;                                   // watched: a new file there wakes every key
  std::function<int()> reap;        // collects ended children; how many of the long-lived ones ended
  std::function<void()> cut_waits;  // makes passes end soon: fetches and questions that wait for somebody are given up
  std::function<void()> shut_down;  // ends what runs, after the last pass
  std::function<std::vector<std::string>()> running;  // pids of what runs now; from any thread, beside shut_down too
  const Clock& clock;
  Random& random;
};

// Blocks the signals that Server handles; SIGHUP only where it is not ignored, as under nohup. To be called in main
// before any thread exists, since threads inherit the mask.
void BlockServeSignals();

// Runs the reconcilers until SIGINT, SIGTERM or SIGHUP, then stops them in order: `cut_waits`, no new pass, the running
// ones end, then `shut_down`. More signals change nothing about that, with one exception: SIGINT, a second or more
// after the first signal, ends the process at once, and what it leaves running is told. An ended child or a request
// file wakes every key.
class Server {
 public:
  explicit Server(ServeParts parts);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Makes a key due now; from any thread, also before Run.
  void Wake(const std::string& key);
  // Passes that are due and have not begun. From any thread.
  std::size_t QueueDepth();
  Status Run();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dagitops::manager
