#include "source/git/pack_copy.h"

#include <string>

#include "source/git/handles.h"

namespace dagitops::git {
namespace {

using ReferenceIteratorPtr = std::unique_ptr<git_reference_iterator, Freer<git_reference_iterator_free>>;
using IndexerPtr = std::unique_ptr<git_indexer, Freer<git_indexer_free>>;

// Takes the pack piece by piece into the object store and counts it.
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

// Leaves out what the target's references reach.
int HideKnown(git_revwalk* walk, git_repository* source, git_repository* target) {
  ReferenceIteratorPtr iterator;
  git_reference* raw = nullptr;
  int code = Take(iterator, [&](git_reference_iterator** out) { return git_reference_iterator_new(out, target); });
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

int Copy(const PackCopy& copy, const git_oid& id, PackSink& sink) {
  git_repository* const source = copy.from;
  git_repository* const target = copy.to;
  RevwalkPtr walk;
  PackBuilderPtr builder;
  int code = Take(walk, [&](git_revwalk** out) { return git_revwalk_new(out, source); });
  if (code == 0) code = git_revwalk_push(walk.get(), &id);
  if (code == 0) code = HideKnown(walk.get(), source, target);
  if (code == 0) code = Take(builder, [&](git_packbuilder** out) { return git_packbuilder_new(out, source); });
  if (code == 0) code = git_packbuilder_insert_walk(builder.get(), walk.get());
  const std::string folder = std::string(git_repository_commondir(target)) + "objects/pack";
  const auto make = [&](git_indexer** out) { return git_indexer_new(out, folder.c_str(), 0, nullptr, nullptr); };
  if (code == 0) code = Take(sink.indexer, make);
  if (code == 0) code = git_packbuilder_foreach(builder.get(), AppendToPack, &sink);
  if (code == 0) code = git_indexer_commit(sink.indexer.get(), &sink.progress);
  return code;
}

}  // namespace

bool CopyPack(const PackCopy& copy, const git_oid& commit, bool* too_large) {
  PackSink sink{nullptr, copy.max_bytes};
  const bool copied = Copy(copy, commit, sink) == 0;
  *too_large = sink.TooLarge();
  return copied;
}

}  // namespace dagitops::git
