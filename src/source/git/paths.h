#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dagitops/base/result.h"

namespace dagitops::git {

// A folder inside a repository in its one spelling: no leading or trailing '/', no "." parts; "" is the root.
// An absolute path, ".." and bytes no path can hold are an error (kInvalid, "git-bad-path").
Result<std::string> CleanFolder(std::string_view text);

// `name` below `folder`; either may be "".
std::string JoinPath(std::string_view folder, std::string_view name);

// True for a name that a tree may hold and a disk may get: not empty, ".", ".." or ".git", no '/' or zero byte, at most
// 255 bytes.
bool IsSafeName(std::string_view name);

}  // namespace dagitops::git
