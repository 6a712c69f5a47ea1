#include "source/git/object_copy.h"

#include <vector>

#include "source/git/oid_map.h"

namespace dagitops::git {
namespace {

constexpr std::size_t kMostObjects = 1'000'000;

// Finds what has to be copied: everything reachable that the target lacks.
class Missing {
 public:
  Missing(git_repository* from, git_odb* target) : from_(from), target_(target) {}

  bool Find(const git_oid& commit) {
    Want(commit);
    while (!waiting_.empty()) {
      const git_oid id = waiting_.back();
      waiting_.pop_back();
      if (!Visit(id) || found_.size() > kMostObjects) return false;
    }
    return true;
  }

  const std::vector<git_oid>& found() const { return found_; }

 private:
  void Want(const git_oid& id) {
    if (git_odb_exists(target_, &id) == 0 && seen_.emplace(id, true).second) waiting_.push_back(id);
  }

  bool Visit(const git_oid& id) {
    ObjectPtr object;
    if (Take(object, [&](git_object** out) { return git_object_lookup(out, from_, &id, GIT_OBJECT_ANY); }) != 0) {
      return false;
    }
    found_.push_back(id);
    if (git_object_type(object.get()) == GIT_OBJECT_COMMIT) {
      const auto* commit = reinterpret_cast<const git_commit*>(object.get());
      Want(*git_commit_tree_id(commit));
      for (unsigned i = 0; i < git_commit_parentcount(commit); ++i) Want(*git_commit_parent_id(commit, i));
    } else if (git_object_type(object.get()) == GIT_OBJECT_TREE) {
      const auto* tree = reinterpret_cast<const git_tree*>(object.get());
      for (std::size_t i = 0; i < git_tree_entrycount(tree); ++i) {
        const git_tree_entry* entry = git_tree_entry_byindex(tree, i);
        if (git_tree_entry_type(entry) != GIT_OBJECT_COMMIT) Want(*git_tree_entry_id(entry));
      }
    }
    return true;
  }

  git_repository* from_;
  git_odb* target_;
  std::vector<git_oid> waiting_;
  std::vector<git_oid> found_;
  OidMap<bool> seen_;
};

}  // namespace

bool CopyCommit(git_repository* from, git_repository* to, const git_oid& commit) {
  OdbPtr source;
  OdbPtr target;
  if (Take(source, [&](git_odb** out) { return git_repository_odb(out, from); }) != 0 ||
      Take(target, [&](git_odb** out) { return git_repository_odb(out, to); }) != 0) {
    return false;
  }
  Missing missing(from, target.get());
  if (!missing.Find(commit)) return false;
  for (const git_oid& id : missing.found()) {
    OdbObjectPtr object;
    git_oid written;
    if (Take(object, [&](git_odb_object** out) { return git_odb_read(out, source.get(), &id); }) != 0 ||
        git_odb_write(&written, target.get(), git_odb_object_data(object.get()), git_odb_object_size(object.get()),
                      git_odb_object_type(object.get())) != 0) {
      return false;
    }
  }
  return true;
}

}  // namespace dagitops::git
