#include "dagitops/source/git/locate.h"

#include <array>
#include <filesystem>

namespace dagitops::git {
namespace {

namespace fs = std::filesystem;

constexpr int kHighest = 128;  // folders looked at on the way up

bool Exists(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(path, ignored));
}

// What git itself asks for (setup.c, is_git_directory): HEAD, refs/ and objects/.
bool IsBareRepository(const fs::path& folder) {
  return Exists(folder / "HEAD") && Exists(folder / "refs") && Exists(folder / "objects");
}

fs::path Absolute(const std::string& path) {
  std::error_code error;
  fs::path absolute = fs::weakly_canonical(path.empty() ? fs::path(".") : fs::path(path), error);
  return error ? fs::path(path) : absolute;
}

}  // namespace

bool IsRemoteUrl(std::string_view text) {
  static constexpr std::array<std::string_view, 8> kSchemes{"https://", "http://",    "ssh://",     "git://",
                                                            "file://",  "git+ssh://", "ssh+git://", "git+https://"};
  for (const std::string_view scheme : kSchemes) {
    if (text.starts_with(scheme)) return true;
  }
  // "host:path" is ssh, as long as no '/' stands before the colon (git-clone(1), GIT URLS).
  const std::size_t colon = text.find(':');
  return colon != std::string_view::npos && colon > 0 && text.find('/') > colon && !text.starts_with('.');
}

std::optional<LocalRepository> FindRepository(const std::string& path) {
  fs::path folder = Absolute(path);
  for (int i = 0; i < kHighest; ++i) {
    if (Exists(folder / ".git")) return LocalRepository{folder.string(), false};
    if (IsBareRepository(folder)) return LocalRepository{folder.string(), true};
    if (!folder.has_relative_path()) break;
    folder = folder.parent_path();
  }
  return std::nullopt;
}

std::string FindWorkspace(const std::string& path) {
  const fs::path start = Absolute(path);
  const auto repository = FindRepository(path);
  fs::path folder = start;
  for (int i = 0; i < kHighest; ++i) {
    if (Exists(folder / "dagitops.yaml")) return folder.string();
    if (!repository || folder == repository->root || !folder.has_relative_path()) break;
    folder = folder.parent_path();
  }
  return start.string();
}

}  // namespace dagitops::git
