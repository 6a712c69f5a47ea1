#include "source/git/tree_ids.h"

#include "dagitops/base/text.h"

#include "source/git/library.h"
#include "source/git/paths.h"

namespace dagitops::git {
namespace {

Error FolderMissing(const Repository& repository, const std::string& folder, const std::string& found) {
  return Error{ErrorKind::kInvalid, "git-path-not-found", repository.name,
               "the workspace's folder " + Quoted(folder) + " is " + found,
               "correct `source.path` or restore the folder"};
}

Error Unreadable(const Repository& repository, const std::string& what) {
  return LibraryError(ErrorKind::kRetry, "git-object-unreadable", repository.name, "could not read " + what);
}

}  // namespace

Result<git_oid> FolderId(const Repository& repository, const git_commit* commit, const std::string& folder) {
  if (folder.empty()) return *git_commit_tree_id(commit);
  TreePtr root;
  if (Take(root, [&](git_tree** out) { return git_commit_tree(out, commit); }) != 0) {
    return Unreadable(repository, "the tree of commit " + Hex(*git_commit_id(commit)));
  }
  TreeEntryPtr entry;
  const auto find = [&](git_tree_entry** out) { return git_tree_entry_bypath(out, root.get(), folder.c_str()); };
  const int code = Take(entry, find);
  if (code == GIT_ENOTFOUND) {
    return FolderMissing(repository, folder, "not in commit " + Hex(*git_commit_id(commit)).substr(0, 8));
  }
  if (code != 0) return Unreadable(repository, Quoted(folder));
  if (git_tree_entry_type(entry.get()) != GIT_OBJECT_TREE) return FolderMissing(repository, folder, "no folder there");
  return *git_tree_entry_id(entry.get());
}

Result<std::map<std::string, std::string>> CommitTreeIds(const Repository& repository, const Revision& revision,
                                                         const std::string& workspace,
                                                         const std::vector<std::string>& folders) {
  DAGITOPS_ASSIGN(const CommitPtr commit, LoadCommit(repository, revision));
  std::map<std::string, std::string> ids;
  for (const std::string& folder : folders) {
    DAGITOPS_ASSIGN(const std::string clean, CleanFolder(folder));
    const auto id = FolderId(repository, commit.get(), JoinPath(workspace, clean));
    if (id) {
      ids[folder] = Hex(*id);
    } else if (id.error().code != "git-path-not-found") {
      return id.error();
    }
  }
  return ids;
}

Result<std::optional<std::map<std::string, bool>>> CommitNames(const Repository& repository, const Revision& revision,
                                                               const std::string& workspace,
                                                               const std::string& folder) {
  std::optional<std::map<std::string, bool>> names;
  DAGITOPS_ASSIGN(const CommitPtr commit, LoadCommit(repository, revision));
  DAGITOPS_ASSIGN(const std::string clean, CleanFolder(folder));
  const auto id = FolderId(repository, commit.get(), JoinPath(workspace, clean));
  if (!id && id.error().code == "git-path-not-found") return names;
  if (!id) return id.error();
  TreePtr tree;
  if (Take(tree, [&](git_tree** out) { return git_tree_lookup(out, repository.handle, &*id); }) != 0) {
    return Unreadable(repository, Quoted(folder));
  }
  names.emplace();
  for (std::size_t i = 0; i < git_tree_entrycount(tree.get()); ++i) {
    const git_tree_entry* entry = git_tree_entry_byindex(tree.get(), i);
    (*names)[git_tree_entry_name(entry)] = git_tree_entry_type(entry) == GIT_OBJECT_TREE;
  }
  return names;
}

}  // namespace dagitops::git
