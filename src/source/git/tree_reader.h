#pragma once

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>

#include "dagitops/base/result.h"
#include "dagitops/model/source_tree.h"

#include "source/git/revisions.h"

namespace dagitops::git {

struct TreeNode;  // one folder of one revision, immutable; see tree_reader.cc

// Reads the workspace's files of a commit straight from the object store. A folder whose tree id was seen before is not
// read again, and of a changed folder only the changed files are, so that a commit costs what it changed. Remembers the
// last 64 revisions it read. One thread.
class TreeReader {
 public:
  // Below `folder` ("" is the repository's root) of `revision`: dagitops.yaml, locations/** and environments/**.
  // A folder that is not there, a limit that is passed and an object that cannot be read are errors.
  Result<SourceTree> Read(const Repository& repository, const Revision& revision, const std::string& folder,
                          const TreeLimits& limits);

 private:
  friend class TreeWalk;
  using NodePtr = std::shared_ptr<const TreeNode>;

  NodePtr Find(const std::string& key);
  void Remember(const std::string& key, const NodePtr& node);
  void Forget();

  std::uint64_t file_bytes_ = 0;  // the limit that the remembered texts were read under
  std::unordered_map<std::string, std::weak_ptr<const TreeNode>> nodes_;   // by prefix and tree id
  std::unordered_map<std::string, std::weak_ptr<const TreeNode>> newest_;  // by prefix
  std::deque<NodePtr> roots_;                                              // oldest first
};

}  // namespace dagitops::git
