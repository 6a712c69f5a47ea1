#include "source/git/push_path.h"

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <system_error>

#include "source/git/fetch_errors.h"
#include "source/git/library.h"
#include "source/git/pack_copy.h"
#include "source/git/revisions.h"

namespace dagitops::git {
namespace {

Error Failed(const RemoteUrl& url, const FetchRequest& request, int code) {
  const git_error* last = git_error_last();
  const int error_class = last == nullptr ? 0 : last->klass;
  const std::string said = LastMessage();
  if (error_class == GIT_ERROR_OS || error_class == GIT_ERROR_REFERENCE) return PushRefused(url, request, said);
  return ExplainFailure(url, request, {code, error_class, said});
}

// Where git looks for hooks: a relative core.hooksPath counts from where hooks run, which is the checkout's root.
std::filesystem::path HooksFolder(git_repository* target) {
  const std::filesystem::path standard = std::string(git_repository_commondir(target)) + "hooks";
  ConfigPtr config;
  git_buf text = GIT_BUF_INIT;
  if (Take(config, [&](git_config** out) { return git_repository_config(out, target); }) != 0) return standard;
  const bool set = git_config_get_path(&text, config.get(), "core.hooksPath") == 0;
  const std::string path = set ? std::string(text.ptr, text.size) : "";
  git_buf_dispose(&text);
  if (path.empty()) return standard;
  const char* root = git_repository_workdir(target);
  return std::filesystem::path(root == nullptr ? git_repository_path(target) : root) / path;
}

// The hook that would be asked by git; "" when there is none.
std::string AskingHook(git_repository* target) {
  for (const char* name : {"pre-receive", "update", "reference-transaction"}) {
    const std::string hook = HooksFolder(target) / name;
    if (access(hook.c_str(), X_OK) == 0) return hook;
  }
  return "";
}

// Its files would seem changed to whoever works there.
bool IsCheckedOut(git_repository* target, const std::string& ref) {
  ReferencePtr head;
  if (git_repository_is_bare(target) != 0) return false;
  if (Take(head, [&](git_reference** out) { return git_reference_lookup(out, target, "HEAD"); }) != 0) return false;
  const char* name = git_reference_symbolic_target(head.get());
  return name != nullptr && ref == name;
}

// Whoever moves a branch locks it for some milliseconds, and no other may move it meanwhile. A lock that is older is of
// somebody who was killed over it, perhaps one of us, and nobody would ever take it away.
constexpr auto kLockedForever = std::chrono::seconds(20);

bool RemoveDeadLock(git_repository* target, const std::string& ref) {
  const std::filesystem::path lock = std::string(git_repository_commondir(target)) + ref + ".lock";
  std::error_code failed;
  const auto written = std::filesystem::last_write_time(lock, failed);
  if (failed || std::filesystem::file_time_type::clock::now() - written < kLockedForever) return false;
  return std::filesystem::remove(lock, failed);
}

// Moves the branch only from where it was.
int Move(git_repository* target, const std::string& ref, const FetchRequest& request) {
  git_oid id;
  git_oid over;
  ParseId(request.push, &id);
  ReferencePtr made;
  return Take(made, [&](git_reference** out) {
    if (!ParseId(request.push_over, &over)) return git_reference_create(out, target, ref.c_str(), &id, 0, "dagitops");
    return git_reference_create_matching(out, target, ref.c_str(), &id, 1, &over, "dagitops");
  });
}

}  // namespace

Result<FetchAnswer> PushToPath(git_repository* mirror, const RemoteUrl& url, const FetchRequest& request) {
  RepositoryPtr target;
  const auto open = [&](git_repository** out) {
    return git_repository_open_ext(out, url.url.c_str(), GIT_REPOSITORY_OPEN_NO_SEARCH, nullptr);
  };
  if (const int code = Take(target, open); code != 0) {
    return ExplainFailure(url, request, {code, GIT_ERROR_REPOSITORY, LastMessage()});
  }
  const std::string ref = "refs/heads/" + request.branch;
  if (const std::string hook = AskingHook(target.get()); !hook.empty()) {
    return PushRefused(url, request, "it has a hook that only git can ask, " + hook);
  }
  if (IsCheckedOut(target.get(), ref)) return PushRefused(url, request, "it is checked out there");
  git_oid now;
  const bool there = ReadRef({target.get(), url.name}, ref, &now);
  if ((there ? Hex(now) : "") != request.push_over) return PushConflict(url, request);
  git_oid id;
  bool too_large = false;
  if (!ParseId(request.push, &id) || !CopyPack({mirror, target.get(), 0}, id, &too_large)) {
    return Failed(url, request, GIT_ERROR);
  }
  int code = Move(target.get(), ref, request);
  if (code == GIT_ELOCKED && RemoveDeadLock(target.get(), ref)) code = Move(target.get(), ref, request);
  if (code == GIT_EMODIFIED || code == GIT_EEXISTS || code == GIT_ELOCKED) return PushConflict(url, request);
  if (code != 0) return Failed(url, request, code);
  return FetchAnswer{BranchHead::State::kPresent, request.push};
}

}  // namespace dagitops::git
