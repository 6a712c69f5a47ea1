#pragma once

#include <memory>

#include "dagitops/base/clock.h"
#include "dagitops/source/git/git_source.h"
#include "dagitops/source/history_writer.h"

namespace dagitops::git {

// A history kept in a repository of our own in `settings.mirror_dir` (made when missing), and handed on to the branch
// `settings.branch` of `settings.remote`; remote "" keeps it here alone. Each record is a commit with the record's
// files and nothing else; the first one has no parent. `path` and `keep_scope` mean nothing here.
//
// Push never overwrites: where somebody else wrote to the branch it is fetched and our records are put behind his,
// three times at most, then kRetry history-conflict. Every exchange runs in a process of its own that is ended at the
// deadline (kRetry history-timeout). Errors of the remote: those of docs/git.md, and kStalled history-refused. A
// repository here that cannot be read is made anew with what can be, and the rest comes back from the remote.
//
// `clock`, which outlives it, dates the commits.
Result<std::unique_ptr<HistoryWriter>> OpenGitHistory(const GitSettings& settings, const Clock& clock);

}  // namespace dagitops::git
