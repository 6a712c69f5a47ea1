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

// The history of one environment lies in the state folder as well. What lets us read the source lets us write to it, if
// it may; another repository never sees it.
inline git::GitSettings ToHistorySettings(const config::Settings& settings, const std::string& environment) {
  const auto known = settings.environments.find(environment);
  const config::HistorySettings history =
      known == settings.environments.end() ? config::HistorySettings{} : known->second.history;
  git::GitSettings git = ToGitSettings(settings.source, settings.state_dir);
  if (!history.url.empty() && history.url != git.remote) {
    git.remote = history.url;
    git.username = git.token_file = git.ssh_key_file = "";
  }
  if (!history.push || !history.enabled) git.remote = "";
  if (!history.username.empty()) git.username = history.username;
  if (!history.token_file.empty()) git.token_file = history.token_file;
  if (!history.ssh_key_file.empty()) git.ssh_key_file = history.ssh_key_file;
  git.branch = history.branch.empty() ? "dagitops/" + environment : history.branch;
  git.mirror_dir = settings.state_dir + "/history/" + environment;
  return git;
}

}  // namespace dagitops
