#pragma once

#include <string>

#include "dagitops/config/settings.h"
#include "dagitops/source/git/git_source.h"

namespace dagitops {

// The git adapter's view of the daemon's settings; the mirror lies in the state folder.
inline git::GitSettings ToGitSettings(const config::SourceSettings& source, const std::string& state_dir) {
  git::GitSettings settings;
  settings.remote = source.url;
  settings.branch = source.branch;
  settings.path = source.path;
  settings.mirror_dir = state_dir + "/mirror";
  settings.username = source.username;
  settings.token_file = source.token_file;
  settings.ssh_key_file = source.ssh_key_file;
  settings.known_hosts_file = source.known_hosts_file;
  settings.ca_file = source.ca_file;
  settings.max_fetch_bytes = source.max_fetch_bytes;
  return settings;
}

}  // namespace dagitops
