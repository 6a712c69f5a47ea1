#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "dagitops/base/result.h"
#include "dagitops/model/source_tree.h"

#include "source/git/handles.h"

namespace dagitops::git {

// What `git add` would take of one name on disk.
struct DiskEntry {
  enum class Kind : std::uint8_t { kFolder, kFile, kExecutable, kSymlink, kSubmodule };
  Kind kind = Kind::kFile;
  bool on_disk = true;     // false: only in the index (a sparse checkout leaves it out), its text is the blob's
  git_oid staged{};        // the index's id of it; zero when it is not tracked
  std::uint64_t size = 0;  // bytes on disk
};

// A folder of files on this machine, seen as git sees it: untracked files count, ignored ones and .git do not, line
// ends are converted as the repository's attributes say. Works without a repository too. Reads only; one thread.
class DiskTree {
 public:
  // `root` is the absolute folder that paths count from. `repository` is its repository with the same root, or nullptr.
  static Result<DiskTree> Open(std::string root, git_repository* repository);

  // What is in the folder at `path` ("" is the root), by name. A folder that does not exist is empty.
  Result<std::map<std::string, DiskEntry>> List(const std::string& path) const;
  // What stands at `path`; false when nothing does that git would take.
  Result<bool> Find(const std::string& path, DiskEntry* entry) const;

  // The file as git would store it: text of a file, target of a symlink.
  Result<std::string> Content(const std::string& path, const DiskEntry& entry) const;
  // The id of the blob that Content gives, without keeping a large file in memory.
  Result<git_oid> BlobId(const std::string& path, const DiskEntry& entry) const;
  // The id of the tree that `git add` would make of the folder at `path`; zero when nothing is in it.
  Result<git_oid> TreeId(const std::string& path) const;

 private:
  DiskTree() = default;
  bool Ignored(const std::string& path) const;
  bool Tracked(const std::string& path) const;  // the file, or anything below the folder
  Status AddSparse(const std::string& path, std::map<std::string, DiskEntry>& entries) const;
  Result<std::string> StagedContent(const std::string& path, const DiskEntry& entry) const;
  Result<std::string> Converted(const std::string& path, std::string text) const;
  Result<git_oid> TreeIdBelow(const std::string& path, int depth, std::size_t* budget) const;
  std::string OnDisk(const std::string& path) const;

  std::string root_;
  git_repository* repository_ = nullptr;
  IndexPtr index_;
  bool file_mode_ = true;  // core.fileMode: the executable bit on disk means something
};

}  // namespace dagitops::git
