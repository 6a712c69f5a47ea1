#pragma once

#include "dagitops/base/result.h"

#include "source/git/fetch_request.h"
#include "source/git/handles.h"
#include "source/git/remote_url.h"

namespace dagitops::git {

// PushToHost for a repository on this machine, bare or a checkout. libgit2's own transport for paths takes no checkout
// and asks no hook; here a repository whose hooks decide what comes in is refused, since only git itself runs them, and
// so is a branch that is checked out.
Result<FetchAnswer> PushToPath(git_repository* mirror, const RemoteUrl& url, const FetchRequest& request);

}  // namespace dagitops::git
