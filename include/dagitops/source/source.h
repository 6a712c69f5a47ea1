#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/base/result.h"
#include "dagitops/model/revision.h"
#include "dagitops/model/source_tree.h"

namespace dagitops {

// What the tracked branch points at. An absent branch is a state of its own: never "no locations".
struct BranchHead {
  enum class State { kPresent, kBranchMissing, kRepositoryEmpty };
  State state = State::kPresent;
  Revision revision;  // only for kPresent
};

// Reads revisions of the workspace repository. Fetch is the only call that uses the network, and ends within `deadline`
// whatever the other side does. Calls from several threads need one Source each.
class Source {
 public:
  virtual ~Source() = default;
  virtual Result<BranchHead> Fetch(Duration deadline) = 0;
  // What the last successful Fetch found, without network.
  virtual Result<BranchHead> Head() = 0;
  // A commit id (full or a unique prefix of 7 or more), branch or tag of the mirror, or HEAD, which is the tracked
  // branch's head (in a checkout, its own). Behind each may stand steps to an ancestor as git writes them (`main~2`,
  // `HEAD^2`), but nothing else that git reads in a revision. kInvalid "git-revision-unknown", "git-revision-ambiguous"
  // or "git-revision-too-short" where that is no commit.
  virtual Result<Revision> Resolve(std::string_view name) = 0;
  virtual Result<SourceTree> ReadTree(const Revision& revision, const TreeLimits& limits) = 0;
  // The git tree id of each folder at `revision` ("" is the workspace's root); folders that do not exist are left out.
  virtual Result<std::map<std::string, std::string>> TreeIds(const Revision& revision,
                                                             const std::vector<std::string>& folders) = 0;
  // What stands directly in `folder` ("" or "." is the workspace's root) at `revision`, by name, true for a folder;
  // nullopt where there is no such folder.
  virtual Result<std::optional<std::map<std::string, bool>>> Names(const Revision& revision,
                                                                   const std::string& folder) = 0;
};

// The newest commit that changed a path. Of two changes in one answer the one with the greater `order` is the newer
// one; times do not tell, since commits of one push often bear the same second.
struct PathChange {
  Revision revision;
  std::int64_t order = 0;
};
using PathChanges = std::map<std::string, PathChange>;  // by path

// Questions about history, and refs that keep revisions alive. Same thread rule as Source.
class SourceHistory {
 public:
  virtual ~SourceHistory() = default;
  // `applied` nullopt: nothing was applied yet. Looks at no more than 10,000 commits; beyond, kDiverged.
  virtual Result<CommitRange> Compare(const std::optional<Revision>& applied, const Revision& head) = 0;
  // For each path (file or folder), the newest commit reachable from `head` that changed it, following first parents
  // and merges as `git log -1 -- path` does. Looks at no more than 10,000 commits; paths not found by then are left
  // out.
  virtual Result<PathChanges> LastChanges(const Revision& head, const std::vector<std::string>& paths) = 0;
  // Makes refs/dagitops/keep/* hold exactly these commits, as far as they are there, so that a force-push cannot take
  // them; gives back those that are not there. Never waits for a fetch.
  virtual Result<std::vector<std::string>> Keep(const std::vector<std::string>& revision_ids) = 0;
};

}  // namespace dagitops
