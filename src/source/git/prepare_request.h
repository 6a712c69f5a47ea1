#pragma once

#include <string>

#include "dagitops/base/clock.h"
#include "dagitops/base/result.h"
#include "dagitops/source/git/git_source.h"

#include "source/git/fetch_request.h"
#include "source/git/remote_url.h"

namespace dagitops::git {

struct Caller {
  std::string home;   // of the process that talks to the remote
  Duration deadline;  // of the exchange
};

// What the process that talks to the remote is told by the settings: where it is, how to get in. Reads the files that
// they name, and writes the host's keys into `home`. `mirror` is left to fill in.
Result<FetchRequest> PrepareRequest(const GitSettings& settings, const RemoteUrl& url, const Caller& caller);

}  // namespace dagitops::git
