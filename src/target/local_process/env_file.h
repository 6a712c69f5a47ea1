#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "dagitops/base/result.h"

namespace dagitops::local_process {

inline constexpr std::size_t kMaxEnvFile = 1u << 20;

// Reads lines KEY=value. Blank lines and lines that begin with # are skipped, `export ` before the key too; a value in
// single or double quotes is taken without them; nothing is expanded. kInvalid names the file and line, never a value.
Result<std::map<std::string, std::string>> ParseEnvFile(std::string_view text, const std::string& path);

}  // namespace dagitops::local_process
