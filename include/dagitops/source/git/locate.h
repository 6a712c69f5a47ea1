#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dagitops::git {

// True for what git reaches over a network or calls a URL: "https://…", "ssh://…", "file://…" and "user@host:path".
// False for paths, "./a:b" among them.
bool IsRemoteUrl(std::string_view text);

// A repository on this machine.
struct LocalRepository {
  std::string root;   // absolute: the folder that holds .git, or the bare repository itself
  bool bare = false;  // no checkout
};

// The repository that `path` lies in: the nearest folder upwards, `path` itself among them, that is one.
std::optional<LocalRepository> FindRepository(const std::string& path);

// The workspace that `path` lies in: the nearest folder upwards that holds dagitops.yaml, no higher than its
// repository's root; `path` itself (absolute) where there is none. Lets `dagitops lint .` work from any subfolder.
std::string FindWorkspace(const std::string& path);

}  // namespace dagitops::git
