#include "source/git/fetch_path.h"

#include "source/git/fetch_errors.h"
#include "source/git/library.h"
#include "source/git/pack_copy.h"
#include "source/git/revisions.h"

namespace dagitops::git {
namespace {

using ReferenceIteratorPtr = std::unique_ptr<git_reference_iterator, Freer<git_reference_iterator_free>>;

bool HasReferences(git_repository* repository) {
  ReferenceIteratorPtr iterator;
  const char* name = nullptr;
  return Take(iterator, [&](git_reference_iterator** out) { return git_reference_iterator_new(out, repository); }) ==
             0 &&
         git_reference_next_name(&name, iterator.get()) == 0;
}

// The full name of the branch; "" when HEAD names none (a detached checkout).
std::string BranchRef(git_repository* repository, const std::string& branch) {
  if (!branch.empty()) return "refs/heads/" + branch;
  ReferencePtr head;
  if (Take(head, [&](git_reference** out) { return git_reference_lookup(out, repository, "HEAD"); }) != 0) return "";
  const char* target = git_reference_symbolic_target(head.get());
  return target == nullptr ? "" : target;
}

Error Unreadable(const RemoteUrl& url, const FetchRequest& request) {
  const git_error* last = git_error_last();
  const LibraryFailure failure{GIT_ERROR, last == nullptr ? 0 : last->klass, LastMessage()};
  if (failure.error_class == GIT_ERROR_OS) return ExplainFailure(url, request, failure);
  return Error{ErrorKind::kRetry, "git-object-unreadable", url.name,
               "the repository could not be copied: " + failure.message, "check it with `git -C " + url.url + " fsck`"};
}

Error Shallow(const RemoteUrl& url) {
  return Error{ErrorKind::kStalled, "git-shallow", url.name,
               "the repository is a shallow clone, and its history is needed to tell removals apart",
               "complete it with `git -C " + url.url + " fetch --unshallow`"};
}

}  // namespace

Result<FetchAnswer> FetchFromPath(git_repository* mirror, const RemoteUrl& url, const FetchRequest& request) {
  RepositoryPtr source;
  const auto open = [&](git_repository** out) {
    return git_repository_open_ext(out, url.url.c_str(), GIT_REPOSITORY_OPEN_NO_SEARCH, nullptr);
  };
  if (const int code = Take(source, open); code != 0) {
    return ExplainFailure(url, request, {code, GIT_ERROR_REPOSITORY, LastMessage()});
  }
  git_oid id;
  const std::string ref = BranchRef(source.get(), request.branch);
  if (ref.empty() || !ReadRef({source.get(), url.name}, ref, &id)) {
    const bool others = HasReferences(source.get());
    return FetchAnswer{others ? BranchHead::State::kBranchMissing : BranchHead::State::kRepositoryEmpty, ""};
  }
  if (git_repository_is_shallow(source.get()) == 1) return Shallow(url);
  CommitPtr known;
  if (Take(known, [&](git_commit** out) { return git_commit_lookup(out, mirror, &id); }) != 0) {
    bool too_large = false;
    if (!CopyPack({source.get(), mirror, request.max_bytes}, id, &too_large)) {
      return too_large ? FetchTooLarge(url, request.max_bytes) : Unreadable(url, request);
    }
  }
  return FetchAnswer{BranchHead::State::kPresent, Hex(id)};
}

}  // namespace dagitops::git
