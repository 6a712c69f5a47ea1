#pragma once

#include <string>

#include "dagitops/base/error.h"

#include "source/git/fetch_request.h"
#include "source/git/known_hosts.h"
#include "source/git/remote_url.h"

namespace dagitops::git {

// What a library call that failed left behind.
struct LibraryFailure {
  int code = 0;         // git_error_code
  int error_class = 0;  // git_error_t
  std::string message;
};

// The failure of a fetch in our words: code, kind and what to do. libgit2 1.5.1 tells most of it in its texts alone.
Error ExplainFailure(const RemoteUrl& url, const FetchRequest& request, const LibraryFailure& failure);

// The credentials were refused, or there are none.
Error AuthFailed(const RemoteUrl& url, const FetchRequest& request);

// A host key that known_hosts does not vouch for. `fingerprint` is "SHA256:…", as ssh shows it.
Error HostKeyRefused(const RemoteUrl& url, const HostKey& shown, HostKeyVerdict verdict);

Error FetchTooLarge(const RemoteUrl& url, std::uint64_t limit);

// Somebody else moved the branch since.
Error PushConflict(const RemoteUrl& url, const FetchRequest& request);

// The remote said no to what was pushed. `said` is why.
Error PushRefused(const RemoteUrl& url, const FetchRequest& request, const std::string& said);

}  // namespace dagitops::git
