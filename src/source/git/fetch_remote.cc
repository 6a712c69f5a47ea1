#include "source/git/fetch_remote.h"

#include "source/git/fetch_host.h"
#include "source/git/fetch_path.h"
#include "source/git/library.h"
#include "source/git/pack_merge.h"
#include "source/git/push_path.h"

namespace dagitops::git {
namespace {

// Nothing of this machine's git configuration counts here: no rewritten URLs, no credential helpers.
void Isolate(const FetchRequest& request) {
  for (const int level : {GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_PROGRAMDATA}) {
    git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, "");
  }
  if (!request.ca_file.empty()) git_libgit2_opts(GIT_OPT_SET_SSL_CERT_LOCATIONS, request.ca_file.c_str(), nullptr);
}

}  // namespace

Result<FetchAnswer> FetchRemote(const FetchRequest& request) {
  PrepareLibrary();
  Isolate(request);
  const RemoteUrl url = ParseRemote(request.remote);
  RepositoryPtr mirror;
  if (Take(mirror, [&](git_repository** out) { return git_repository_open_bare(out, request.mirror.c_str()); }) != 0) {
    return LibraryError(ErrorKind::kRetry, "git-mirror-corrupt", request.mirror, "could not open the mirror");
  }
  const bool path = url.transport == RemoteUrl::Transport::kPath;
  if (!request.push.empty()) {
    return path ? PushToPath(mirror.get(), url, request) : PushToHost(mirror.get(), url, request);
  }
  auto answer = path ? FetchFromPath(mirror.get(), url, request) : FetchFromHost(mirror.get(), url, request);
  if (answer) MergeSmallPacks(mirror.get());
  return answer;
}

}  // namespace dagitops::git
