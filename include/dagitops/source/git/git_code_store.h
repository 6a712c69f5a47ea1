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
  std::uint64_t file_bytes = 256 << 20;  // of one file: it is in memory while it is written
  std::size_t files = 100'000;           // folders and symlinks count too
  int depth = 64;
};

// Lays trees of the mirror in `mirror_dir` (GitSettings::mirror_dir) out as <dir>/<tree id>: written into a folder
// beside its place, flushed to disk, made read-only and renamed, so that what stands under its id is whole whenever we
// were killed. Collect renames first and deletes afterwards, at most 200,000 entries a call; the rest goes with the
// next one. Other files in `dir` are left alone. One thread; several stores and processes may share the folder.
//
// Errors, subject the path inside the tree: code-submodule, code-symlink (absolute, in a circle, or leading out of the
// tree), code-lfs (a git-lfs pointer instead of the file), code-bad-name, code-too-large kInvalid. Others: code-missing
// kRetry (the mirror lacks the tree or an object), code-unwritable kStalled.
Result<std::unique_ptr<CodeStore>> OpenGitCodeStore(const std::string& mirror_dir, const std::string& dir,
                                                    const CodeLimits& limits = {});

}  // namespace dagitops::git
