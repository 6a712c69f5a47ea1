#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "dagitops/base/result.h"

namespace dagitops {

class FileCalls;

// What the store does with files. Errors: store-full, store-denied, store-io (file_state_store.h), the path as subject.

// The error of a failed call of the system: `doing` is a gerund ("writing"), `number` its errno.
Error FileError(const std::string& path, std::string_view doing, int number);

// Replaces `path` by `text` so that a crash at any moment leaves the old or the new file whole (mode 0600). Uses
// "<path>.tmp" and truncates what a crash left there.
Status WriteAtomically(FileCalls& disk, const std::string& path, std::string_view text);

// The whole file; nullopt when there is none. Follows no link. store-too-large kInvalid over `limit` bytes.
Result<std::optional<std::string>> ReadWhole(const std::string& path, std::size_t limit);

// Makes the folder and what is above it, mode 0700, where missing.
Status MakeFolder(const std::string& path);

// Letters, digits, '.', '_' and '-', not starting with '.' or '-', at most 100: safe as a part of a file's name.
bool IsPlainName(std::string_view name);

}  // namespace dagitops
