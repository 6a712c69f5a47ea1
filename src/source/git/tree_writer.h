#pragma once

#include <git2.h>

#include <string>

#include "dagitops/base/result.h"
#include "dagitops/source/git/git_code_store.h"

namespace dagitops::git {

// Writes the tree's files into `folder`, which exists and is empty. What an error leaves there is half a tree.
Status WriteTree(git_repository* repository, const git_oid& tree, const std::string& folder, const CodeLimits& limits);

// True when a symlink at `path` inside a tree that points to `target` stays inside of it.
bool StaysInside(const std::string& path, const std::string& target);

}  // namespace dagitops::git
