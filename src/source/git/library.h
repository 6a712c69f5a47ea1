#pragma once

#include <string>
#include <string_view>

#include "dagitops/base/error.h"

#include "source/git/handles.h"

namespace dagitops::git {

// Makes libgit2 ready, once per process and from any thread. Called before the first use of the library.
void PrepareLibrary();

// What libgit2 last said in this thread, one line without secrets; "no reason given" when it said nothing.
std::string LastMessage();

// The failure of the call just made as one of our errors: "<doing>: <what libgit2 said>".
Error LibraryError(ErrorKind kind, std::string code, std::string subject, const std::string& doing);

std::string Hex(const git_oid& id);

// Reads exactly 40 hex digits.
bool ParseId(std::string_view hex, git_oid* id);

}  // namespace dagitops::git
