#pragma once

#include <optional>

#include "dagitops/base/result.h"
#include "dagitops/source/source.h"

#include "source/git/revisions.h"

namespace dagitops::git {

// SourceHistory::Compare on a repository; its limit of 10,000 commits can be lowered by tests. An applied revision that
// the repository lacks is kDiverged with no removals allowed.
struct Comparison {
  std::optional<Revision> applied;
  Revision head;
  std::size_t commit_limit = 10'000;
};
Result<CommitRange> CompareCommits(const Repository& repository, const Comparison& comparison);

// The largest N of the trailers `Dagitops-Allow-Removals: N` of a commit message; 0 when there is none.
int AllowedRemovals(const char* message);

}  // namespace dagitops::git
