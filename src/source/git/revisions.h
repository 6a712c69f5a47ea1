#pragma once

#include <string>
#include <string_view>

#include "dagitops/base/result.h"
#include "dagitops/model/revision.h"

#include "source/git/handles.h"

namespace dagitops::git {

// A repository being read, and how messages call it (a path or a URL without credentials). Not owned.
struct Repository {
  git_repository* handle = nullptr;
  std::string name;
  std::string head = "HEAD";  // the reference that the name HEAD stands for
};

// A message's first line and a name as they may be shown: valid UTF-8, no control characters, at most 500 bytes.
std::string Printable(std::string_view text);

Result<CommitPtr> LoadCommit(const Repository& repository, const git_oid& id);
// The commit of a revision's id; "-dirty" is cut off, so a changed checkout stands for the commit it is based on.
Result<CommitPtr> LoadCommit(const Repository& repository, const Revision& revision);

Revision Describe(const git_commit* commit);

// The id of a full reference name, followed through symbolic and annotated ones to a commit; false when it is absent.
bool ReadRef(const Repository& repository, const std::string& ref, git_oid* id);

// "feature/x" as one part of a reference name or file name ("feature%2Fx"), so that no branch stands in another's way.
std::string EncodeRefPart(std::string_view name);

// A commit id (full, or a prefix of at least 7 digits that only one commit has), a branch, a tag or HEAD, and behind it
// at most 32 characters of steps to an ancestor, with numbers of at most 4 digits: `main~2`, `HEAD^2`.
Result<Revision> ResolveName(const Repository& repository, std::string_view name);

}  // namespace dagitops::git
