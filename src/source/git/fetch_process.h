#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/base/result.h"

#include "source/git/fetch_request.h"

namespace dagitops::git {

// The process that fetches: what runs it, and how messages call the remote.
struct FetchProcess {
  std::vector<std::string> command;  // its last argument is the hidden subcommand
  std::string home;                  // its HOME: holds .ssh/known_hosts and nothing else
  std::string name;
  std::stop_token stop;
};

// How long to wait: until the deadline, or until somebody wants us to stop.
struct Patience {
  std::chrono::steady_clock::time_point deadline;
  std::stop_token stop;

  Duration Left() const;  // 0 when it is at its end
};

// Keeps one such process ready from fetch to fetch, since starting one costs several times what a fetch that finds
// nothing new costs (measured: 28 ms of processor time against 5). It is started by the first fetch, started anew when
// it is gone, and ended with this. One thread; uses the real clock.
class FetchHelper {
 public:
  explicit FetchHelper(FetchProcess process) : process_(std::move(process)) {}
  ~FetchHelper() { End(); }
  FetchHelper(const FetchHelper&) = delete;
  FetchHelper& operator=(const FetchHelper&) = delete;

  // Hands the request over and waits for its answer. At the deadline ("git-fetch-timeout"), or once stopping is asked
  // for ("git-fetch-stopped"), the process and all it started are killed, which leaves the mirror as it was.
  Result<FetchAnswer> Fetch(const FetchRequest& request, Duration deadline);

 private:
  Status Start();
  Result<std::optional<std::string>> Ask(const std::string& request, const Patience& patience);
  void End();

  FetchProcess process_;
  pid_t pid_ = -1;
  int control_ = -1;
};

}  // namespace dagitops::git
