#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/base/result.h"
#include "dagitops/model/history.h"

#include "source/git/handles.h"

namespace dagitops::git {

// Commits that hold records, in a repository of ours. `subject` of errors is the repository's path.

inline constexpr std::size_t kMostCommits = 10'000;  // that are looked at or put elsewhere in one go

// Writes a commit that holds the record, on `parent` (nullptr: none), as one pack; no reference is changed.
Result<git_oid> WriteRecord(const std::string& repository, const HistoryRecord& record, const git_oid* parent,
                            WallTime now);

// The record of a commit, with all files or just `only`. kInvalid history-unknown when it has none.
Result<HistoryRecord> ReadRecord(git_repository* repository, const git_oid& commit, const std::string& only);

// What a list shows of a commit; `pushed` is left to fill in.
Result<HistoryEntry> ReadEntry(git_repository* repository, const git_oid& commit);

// From `tip` back by first parents to before `end` (nullptr: to the first one), at most `limit`.
Result<std::vector<git_oid>> Line(git_repository* repository, const git_oid& tip, const git_oid* end,
                                  std::size_t limit);

// The commits of `line` (newest first) anew, behind `base`; the newest of them. One that would say the same as the one
// before it is left out.
Result<git_oid> PutBehind(git_repository* repository, const std::vector<git_oid>& line, const git_oid& base);

}  // namespace dagitops::git
