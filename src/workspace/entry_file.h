#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "dagitops/base/diagnostic.h"
#include "dagitops/model/source_tree.h"
#include "dagitops/model/value.h"

namespace dagitops::workspace {

using FilePtr = std::shared_ptr<const SourceFile>;

// One file below locations/ or environments/<env>/locations/, read on its own.
class EntryFile {
 public:
  // kEntry: a fragment or overlay, perhaps one that cannot be used. kOther: README.md and the like.
  enum class Role { kEntry, kOther };

  EntryFile(FilePtr source, Layer layer);

  const FilePtr& source() const { return source_; }
  const std::string& path() const { return source_->path; }
  Role role() const { return role_; }
  Layer layer() const { return layer_; }
  const std::string& name() const { return name_; }  // from `name`, else the file's stem; empty when it cannot be read
  Mark name_mark() const { return name_mark_; }      // line 0 when the name is the stem
  bool readable() const { return !name_.empty(); }
  const Diagnostics& diagnostics() const { return diagnostics_; }

  // The file's mapping; null when it is empty or has a fault. It is handed out once and then parsed again when asked
  // for: what it gave lives on in the composed location, and keeping it as well would cost more memory than all else.
  Value TakeRoot() const;

 private:
  void ReadName();

  FilePtr source_;
  Layer layer_;
  Role role_;
  std::string name_;
  Mark name_mark_;
  Diagnostics diagnostics_;
  mutable Value root_;
  mutable bool taken_ = false;
};

using EntryFilePtr = std::shared_ptr<const EntryFile>;

// The file's name without folders and without its last extension.
std::string_view Stem(std::string_view path);

// .yml, .YAML and the like: meant to be read, but not taken for YAML by everybody.
bool HasOddExtension(std::string_view path);

// Entry files of one folder, read once for each blob. Keeps what the last call needed, nothing older.
class EntryFileCache {
 public:
  using Range = std::pair<std::vector<FilePtr>::const_iterator, std::vector<FilePtr>::const_iterator>;

  // A file beside what is asked most often, so that ten thousand unchanged files are passed without touching each.
  struct Slot {
    const SourceFile* source;
    EntryFilePtr file;
    bool plain;  // an entry with a readable name
  };

  // `files` must be sorted by path. The answer has one slot a file, in the same order, and lives until the next call.
  const std::vector<Slot>& Read(Range files, Layer layer);

 private:
  std::vector<Slot> slots_;
};

// The files of `tree` whose paths start with `folder`, which ends in '/'.
EntryFileCache::Range FilesBelow(const SourceTree& tree, const std::string& folder);

}  // namespace dagitops::workspace
