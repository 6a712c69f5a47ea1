#pragma once

#include <memory>
#include <string>
#include <vector>

#include "dagitops/base/diagnostic.h"
#include "dagitops/model/source_tree.h"
#include "dagitops/model/value.h"

namespace dagitops::workspace {

using FilePtr = std::shared_ptr<const SourceFile>;

// One file below locations/ or environments/<env>/locations/, read on its own.
struct EntryFile {
  // kEntry: a fragment or overlay, perhaps one that cannot be used. kOther: README.md and the like.
  enum class Role { kEntry, kOther };

  FilePtr source;
  Role role = Role::kOther;
  Layer layer = Layer::kFragment;
  std::string name;  // from `name`, else from the file's stem; empty when the file cannot be read
  Mark name_mark;    // line 0 when the name is the stem
  Value root;        // a mapping or null; null also when the file has a fault
  Diagnostics diagnostics;

  const std::string& path() const { return source->path; }
  bool readable() const { return !name.empty(); }
};

using EntryFilePtr = std::shared_ptr<const EntryFile>;

EntryFilePtr ReadEntryFile(FilePtr file, Layer layer);

// The file's name without folders and without its last extension.
std::string_view Stem(std::string_view path);

// Entry files of one folder, read once for each blob. Keeps what the last call needed, nothing older.
class EntryFileCache {
 public:
  using Range = std::pair<std::vector<FilePtr>::const_iterator, std::vector<FilePtr>::const_iterator>;

  // `files` must be sorted by path. The answer has one item a file, in the same order, and lives until the next call.
  const std::vector<EntryFilePtr>& Read(Range files, Layer layer);

 private:
  std::vector<EntryFilePtr> files_;
};

// The files of `tree` whose paths start with `folder`, which ends in '/'.
EntryFileCache::Range FilesBelow(const SourceTree& tree, const std::string& folder);

}  // namespace dagitops::workspace
