#include "source/git/fetch_path.h"

#include "source/git/fetch_errors.h"
#include "source/git/library.h"
#include "source/git/revisions.h"

namespace dagitops::git {
namespace {

using ReferenceIteratorPtr = std::unique_ptr<git_reference_iterator, Freer<git_reference_iterator_free>>;
using IndexerPtr = std::unique_ptr<git_indexer, Freer<git_indexer_free>>;

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

// Takes the pack piece by piece into the mirror's object store and counts it.
struct PackSink {
  IndexerPtr indexer;
  std::uint64_t limit;
  std::uint64_t received = 0;
  git_indexer_progress progress{};

  bool TooLarge() const { return limit != 0 && received > limit; }
};

int AppendToPack(void* bytes, std::size_t size, void* payload) {
  auto& sink = *static_cast<PackSink*>(payload);
  sink.received += size;
  return sink.TooLarge() ? GIT_EUSER : git_indexer_append(sink.indexer.get(), bytes, size, &sink.progress);
}

// Leaves out what the mirror's references reach.
int HideKnown(git_revwalk* walk, git_repository* source, git_repository* mirror) {
  ReferenceIteratorPtr iterator;
  git_reference* raw = nullptr;
  int code = Take(iterator, [&](git_reference_iterator** out) { return git_reference_iterator_new(out, mirror); });
  while (code == 0 && git_reference_next(&raw, iterator.get()) == 0) {
    const ReferencePtr reference(raw);
    CommitPtr commit;
    const git_oid* id = git_reference_target(reference.get());
    if (id == nullptr || Take(commit, [&](git_commit** out) { return git_commit_lookup(out, source, id); }) != 0)
      continue;
    code = git_revwalk_hide(walk, id);
  }
  return code;
}

// Writes one pack with what the mirror lacks into its object store.
int CopyPack(git_repository* source, git_repository* mirror, const git_oid& id, PackSink& sink) {
  RevwalkPtr walk;
  PackBuilderPtr builder;
  int code = Take(walk, [&](git_revwalk** out) { return git_revwalk_new(out, source); });
  if (code == 0) code = git_revwalk_push(walk.get(), &id);
  if (code == 0) code = HideKnown(walk.get(), source, mirror);
  if (code == 0) code = Take(builder, [&](git_packbuilder** out) { return git_packbuilder_new(out, source); });
  if (code == 0) code = git_packbuilder_insert_walk(builder.get(), walk.get());
  const std::string folder = std::string(git_repository_path(mirror)) + "objects/pack";
  const auto make = [&](git_indexer** out) { return git_indexer_new(out, folder.c_str(), 0, nullptr, nullptr); };
  if (code == 0) code = Take(sink.indexer, make);
  if (code == 0) code = git_packbuilder_foreach(builder.get(), AppendToPack, &sink);
  if (code == 0) code = git_indexer_commit(sink.indexer.get(), &sink.progress);
  return code;
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
    PackSink sink{nullptr, request.max_bytes};
    if (CopyPack(source.get(), mirror, id, sink) != 0) {
      return sink.TooLarge() ? FetchTooLarge(url, request.max_bytes) : Unreadable(url, request);
    }
  }
  return FetchAnswer{BranchHead::State::kPresent, Hex(id)};
}

}  // namespace dagitops::git
