#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "dagitops/source/git/repository_source.h"

namespace dagitops::git {

// Where a workspace repository is and how to get in. See docs/git.md for what each authentication needs.
struct GitSettings {
  // https://, http://, ssh://, git://, file://, user@host:path, or a path of this machine; "" only reads the mirror
  std::string remote;
  std::string branch;      // the tracked branch; "" follows the one that the remote calls its default
  std::string path = ".";  // the workspace's folder inside the repository
  // A folder of our own, made when missing: holds the bare mirror. May be shared by several sources of one remote.
  std::string mirror_dir;
  // Goes before the token over http(s), where most hosts take any name; the login over ssh. "" takes the URL's, else
  // "git".
  std::string username;
  std::string token_file;        // http(s); read at each fetch, so a token can be changed without a restart
  std::string ssh_key_file;      // ed25519 or ECDSA, without a passphrase; "" tries ~/.ssh/id_ed25519 and id_ecdsa
  std::string known_hosts_file;  // "" is ~/.ssh/known_hosts
  std::string ca_file;           // PEM; trusted instead of the machine's authorities, for hosts with one of their own
  std::uint64_t max_fetch_bytes = 1u << 30;  // a fetch that brings more is given up
  // Keep holds "exactly these" revisions per scope, so that environments that share a mirror do not drop each other's.
  std::string keep_scope = "all";
  // What runs RunFetchChild (fetch_child.h); our own program by default.
  std::vector<std::string> fetch_command = {"/proc/self/exe", "internal-fetch"};
  // Once stopping is asked for, a fetch that runs or waits is given up within 100 ms: "git-fetch-stopped".
  std::stop_token stop = {};
};

// A source over a bare mirror of `remote`. Opening makes the mirror's folder and uses no network. All objects a fetch
// brought stay in the mirror: a branch that is deleted, rewound or force-pushed upstream changes what Head says, never
// what can be read. A mirror found damaged is made anew beside the old one by the next Fetch, which then takes its
// place. Errors of Fetch: docs/git.md lists every code with what to do.
Result<std::unique_ptr<RepositorySource>> OpenGitSource(const GitSettings& settings);

}  // namespace dagitops::git
