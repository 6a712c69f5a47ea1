#pragma once

#include <string>

#include "dagitops/base/result.h"
#include "dagitops/source/git/git_code_store.h"

#include "source/git/revisions.h"

namespace dagitops::git {

// Writes the git tree into `folder`, an existing empty one, as CodeStore says: executable bits kept, everything
// read-only but `folder` itself. What it leaves behind after an error is for the caller to delete.
Status WriteTree(const Repository& repository, const git_oid& tree, const std::string& folder,
                 const CodeLimits& limits);

}  // namespace dagitops::git
