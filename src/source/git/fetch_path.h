#pragma once

#include "dagitops/base/result.h"

#include "source/git/fetch_request.h"
#include "source/git/handles.h"
#include "source/git/remote_url.h"

namespace dagitops::git {

// FetchRemote from a repository on this machine, bare or a checkout. Not libgit2's own transport for paths, which
// copies the objects of every branch whatever is asked for.
Result<FetchAnswer> FetchFromPath(git_repository* mirror, const RemoteUrl& url, const FetchRequest& request);

}  // namespace dagitops::git
