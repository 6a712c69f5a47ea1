#pragma once

#include <stop_token>
#include <string>
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

// Hands the request to a process of its own and waits for its answer. At the deadline ("git-fetch-timeout"), or once
// stopping is asked for ("git-fetch-stopped"), the process and all it started are killed, which leaves the mirror as it
// was. Uses the real clock.
Result<FetchAnswer> RunFetchProcess(const FetchProcess& process, const FetchRequest& request, Duration deadline);

}  // namespace dagitops::git
