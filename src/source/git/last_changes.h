#pragma once

#include <map>
#include <string>
#include <vector>

#include "dagitops/base/result.h"
#include "dagitops/model/revision.h"
#include "dagitops/source/source.h"

#include "source/git/revisions.h"

namespace dagitops::git {

// Finds the newest commit that changed each path. Trees are compared from the top, so a commit costs what it changed;
// the answers for the newest head are remembered, so the next head costs only the commits since. One thread.
class LastChangesFinder {
 public:
  explicit LastChangesFinder(std::size_t commit_limit = 10'000) : commit_limit_(commit_limit) {}

  // SourceHistory::LastChanges for paths relative to `workspace`.
  Result<PathChanges> Find(const Repository& repository, const Revision& head, const std::string& workspace,
                           const std::vector<std::string>& paths);

 private:
  std::size_t commit_limit_;
  std::string known_head_;                 // "" before the first call
  std::map<std::string, Revision> known_;  // by path from the repository's root, as of known_head_
};

}  // namespace dagitops::git
