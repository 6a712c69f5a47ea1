#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "dagitops/source/code_store.h"

namespace dagitops::git {

// Bounds of one laid-out tree.
struct CodeLimits {
  std::uint64_t bytes = 2ull << 30;
  std::size_t files = 100'000;
  int depth = 64;
};

// Lays trees of the mirror in `mirror_dir` (GitSettings::mirror_dir) out as <dir>/<tree id>, written under another name
// first and renamed when it is whole, so that a crash leaves no half tree. Files are read-only. One thread.
//
// Errors, subject the path inside the tree: code-missing kRetry (the mirror lacks an object), code-submodule,
// code-symlink (absolute, or leads out of the tree), code-lfs (a git-lfs pointer instead of the file), code-too-large
// kInvalid; code-unwritable kRetry.
Result<std::unique_ptr<CodeStore>> OpenGitCodeStore(const std::string& mirror_dir, const std::string& dir,
                                                    const CodeLimits& limits = {});

}  // namespace dagitops::git
