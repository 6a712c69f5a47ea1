#pragma once

#include "dagitops/base/result.h"

#include "source/git/fetch_request.h"
#include "source/git/handles.h"
#include "source/git/remote_url.h"

namespace dagitops::git {

// FetchRemote from a host, over http(s), ssh or git's own protocol: asks for the one branch and for no tags.
Result<FetchAnswer> FetchFromHost(git_repository* mirror, const RemoteUrl& url, const FetchRequest& request);

// Puts request.push onto the branch, if that still is where request.push_over says. Errors: git-push-conflict (kRetry)
// when it is not, git-push-refused (kStalled) in the server's own words when a hook or a rule of the host says no, and
// those of fetching.
Result<FetchAnswer> PushToHost(git_repository* mirror, const RemoteUrl& url, const FetchRequest& request);

}  // namespace dagitops::git
