#pragma once

#include <string>
#include <string_view>

namespace dagitops::git {

// Where a repository comes from, taken apart as far as this layer needs it.
struct RemoteUrl {
  enum class Transport { kPath, kHttp, kHttps, kSsh, kGit };
  Transport transport = Transport::kPath;
  std::string url;   // what libgit2 is given; absolute for a path
  std::string user;  // from the URL; "" when it names none
  std::string host;  // without the brackets of IPv6
  int port = 0;      // the transport's own when the URL names none
  std::string name;  // without credentials: for messages
};

// Takes URLs, "user@host:path" and paths of this machine (relative ones from the working directory).
RemoteUrl ParseRemote(std::string_view text);

}  // namespace dagitops::git
