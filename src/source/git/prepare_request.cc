#include "source/git/prepare_request.h"

#include <algorithm>
#include <fstream>

#include "source/git/credentials.h"
#include "source/git/known_hosts.h"

namespace dagitops::git {
namespace {

constexpr std::uint64_t kAlarmAfterDeadline = 5;  // seconds

// libgit2 asks the host for the kinds of keys that ~/.ssh/known_hosts has for it. The fetching process has a HOME of
// its own, and gets this host's keys there in the plainest form, so that no odd line of the real file disturbs it.
Status WriteKnownHosts(const std::string& home, const RemoteUrl& url, const std::string& known_hosts) {
  std::ofstream file(home + "/.ssh/known_hosts", std::ios::trunc);
  for (const HostKey& key : KnownHostKeys(known_hosts, url.host, url.port)) {
    if (!key.revoked) file << HostLabel(url.host, url.port) << ' ' << key.type << ' ' << key.key << '\n';
  }
  file.close();
  if (file) return Ok();
  return Error{ErrorKind::kStalled, "git-mirror-unwritable", home, "could not write known_hosts",
               "make room, or give this user write access to the folder"};
}

}  // namespace

Result<FetchRequest> PrepareRequest(const GitSettings& settings, const RemoteUrl& url, const Caller& caller) {
  FetchRequest request;
  request.remote = settings.remote;
  request.branch = settings.branch;
  request.max_bytes = settings.max_fetch_bytes;
  request.seconds =
      static_cast<std::uint64_t>(std::max<long long>(caller.deadline.count(), 0) / 1000) + kAlarmAfterDeadline;
  DAGITOPS_TRY(LoadCredentials(settings, url, request));
  if (url.transport == RemoteUrl::Transport::kSsh) {
    DAGITOPS_TRY(WriteKnownHosts(caller.home, url, request.known_hosts));
  }
  return request;
}

}  // namespace dagitops::git
