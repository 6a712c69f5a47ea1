#pragma once

#include <string>
#include <vector>

#include "dagitops/base/result.h"

namespace dagitops {

// Lays git trees out on disk by tree id, so that going back to an older version is a switch. Each tree is written once
// beside its place and renamed, read-only afterwards. Executable bits are kept; a symlink that leaves the tree, a
// submodule or a git-lfs pointer is an error that names the path.
class CodeStore {
 public:
  virtual ~CodeStore() = default;
  // The absolute folder that holds the tree. Cheap when it is there already.
  virtual Result<std::string> LayOut(const std::string& tree_id) = 0;
  // Removes all laid-out trees but these.
  virtual Status Collect(const std::vector<std::string>& keep_tree_ids) = 0;
};

}  // namespace dagitops
