#pragma once

#include <memory>
#include <string>

#include "dagitops/source/git/repository_source.h"

namespace dagitops::git {

// The repository on this machine that the workspace at `path` lies in, read as it is: no mirror, no network, nothing
// written. Its head is
//   <commit>         where nothing below the workspace differs from that commit, and for a bare repository
//   <commit>-dirty   where something does: read from disk, untracked files too, ignored ones not
//   <40 zeros>-dirty in a folder that is no git repository or has no commit yet
// Blob and tree ids of what is read from disk are those that `git add` would give, line ends converted as the
// repository's attributes say. Keep does nothing here: no refs are made in somebody's repository. A bare repository
// without commits is kRepositoryEmpty. Errors: "git-no-workspace" when `path` is no folder.
Result<std::unique_ptr<RepositorySource>> OpenWorkTree(const std::string& path);

// The workspace at `path` as its head above says: what `lint .`, `render .` and `plan .` read.
Result<SourceTree> ReadWorkTree(const std::string& path, const TreeLimits& limits);

}  // namespace dagitops::git
