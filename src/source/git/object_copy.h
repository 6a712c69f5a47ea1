#pragma once

#include "source/git/handles.h"

namespace dagitops::git {

// Copies a commit with all that it reaches from one repository to another, as far as the other lacks it. All of it is
// read once before the first object is written, so that a damaged source leaves nothing half. False when something
// could not be read or written, or when there are more than a million objects.
bool CopyCommit(git_repository* from, git_repository* to, const git_oid& commit);

}  // namespace dagitops::git
