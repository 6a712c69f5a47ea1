#pragma once

#include <git2.h>

#include <cstdint>

namespace dagitops::git {

struct PackCopy {
  git_repository* from;
  git_repository* to;
  std::uint64_t max_bytes = 0;  // 0: no limit
};

// Writes one pack with a commit, and all it reaches that no reference of the target reaches, into the target's object
// store. False when that failed; libgit2's last error tells why, and `too_large` whether it was the limit.
bool CopyPack(const PackCopy& copy, const git_oid& commit, bool* too_large);

}  // namespace dagitops::git
