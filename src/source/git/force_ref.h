#pragma once

#include <git2.h>

#include <string>

namespace dagitops::git {

// Makes a reference of a repository of ours point at a commit, whatever it was. The caller holds a lock of ours that
// all hold who write it, so that git's own lock, where there is one, was left by somebody who was killed and is
// removed. libgit2's code, 0 for success.
int ForceRef(git_repository* repository, const std::string& ref, const git_oid& id);

}  // namespace dagitops::git
