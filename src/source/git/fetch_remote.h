#pragma once

#include "dagitops/base/result.h"

#include "source/git/fetch_request.h"

namespace dagitops::git {

// Asks the remote what the branch points at and brings the objects that the mirror lacks. Blocks for as long as the
// other side does.
Result<FetchAnswer> FetchRemote(const FetchRequest& request);

}  // namespace dagitops::git
