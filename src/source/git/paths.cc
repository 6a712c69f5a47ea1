#include "source/git/paths.h"

#include <cstring>

#include "dagitops/base/text.h"

namespace dagitops::git {
namespace {

constexpr std::size_t kLongestName = 255;  // NAME_MAX of Linux

Error BadPath(std::string_view text, std::string message) {
  return Error{ErrorKind::kInvalid, "git-bad-path", std::string(text), std::move(message),
               "give a folder relative to the repository's root, such as \"deploy/dagster\""};
}

}  // namespace

Result<std::string> CleanFolder(std::string_view text) {
  if (text.starts_with('/')) return BadPath(text, "the folder is an absolute path");
  std::string clean;
  for (const std::string& part : Split(text, '/')) {
    if (part.empty() || part == ".") continue;
    if (!IsSafeName(part)) return BadPath(text, "the folder holds the part " + Quoted(part));
    clean = JoinPath(clean, part);
  }
  return clean;
}

std::string JoinPath(std::string_view folder, std::string_view name) {
  std::string path(folder);
  if (!folder.empty() && !name.empty()) path += '/';
  return path += name;
}

bool IsSafeName(std::string_view name) {
  if (name.empty() || name.size() > kLongestName || name == "." || name == "..") return false;
  if (name.size() == 4 && strncasecmp(name.data(), ".git", 4) == 0) return false;
  return name.find('/') == std::string_view::npos && name.find('\0') == std::string_view::npos;
}

}  // namespace dagitops::git
