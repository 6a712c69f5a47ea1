#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dagitops/base/result.h"

#include "source/git/revisions.h"

namespace dagitops::git {

// The tree id of `folder` ("" is the repository's root) in `commit`. Where there is no such folder:
// "git-path-not-found".
Result<git_oid> FolderId(const Repository& repository, const git_commit* commit, const std::string& folder);

// The tree id of each of `folders`, relative to the workspace's folder `workspace`, in that commit; those that are not
// there, or are no folders, are left out.
Result<std::map<std::string, std::string>> CommitTreeIds(const Repository& repository, const Revision& revision,
                                                         const std::string& workspace,
                                                         const std::vector<std::string>& folders);

// What stands directly in `folder`, relative to the workspace's folder, by name, true for a folder; nullopt where there
// is no such folder.
Result<std::optional<std::map<std::string, bool>>> CommitNames(const Repository& repository, const Revision& revision,
                                                               const std::string& workspace, const std::string& folder);

}  // namespace dagitops::git
