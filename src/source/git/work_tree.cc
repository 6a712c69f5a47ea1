#include "dagitops/source/git/work_tree.h"

#include <algorithm>
#include <filesystem>

#include "dagitops/base/text.h"
#include "dagitops/source/git/locate.h"

#include "source/git/ancestry.h"
#include "source/git/disk_tree.h"
#include "source/git/last_changes.h"
#include "source/git/library.h"
#include "source/git/paths.h"
#include "source/git/tree_budget.h"
#include "source/git/tree_ids.h"
#include "source/git/tree_reader.h"

namespace dagitops::git {
namespace {

namespace fs = std::filesystem;

constexpr char kNoCommit[] = "0000000000000000000000000000000000000000-dirty";

// Reads dagitops.yaml, environments/ and locations/ from disk, with the same limits as from a commit.
class DiskReader {
 public:
  DiskReader(const DiskTree& disk, std::string workspace, const TreeLimits& limits)
      : disk_(disk), workspace_(std::move(workspace)), budget_(workspace_.empty() ? "." : workspace_, limits) {}

  Result<SourceTree> Read(Revision revision) {
    SourceTree tree{std::move(revision), {}};
    DAGITOPS_ASSIGN(const auto top, disk_.List(workspace_));
    for (const std::string_view name : kTopLevel) {
      const auto found = top.find(std::string(name));
      if (found == top.end()) continue;
      if (found->second.kind == DiskEntry::Kind::kFolder && name == kTopLevel[0]) continue;
      DAGITOPS_TRY(Add(std::string(name), found->second, 1, tree));
    }
    std::sort(tree.files.begin(), tree.files.end(), [](const auto& a, const auto& b) { return a->path < b->path; });
    return tree;
  }

 private:
  Status Add(const std::string& path, const DiskEntry& entry, int depth, SourceTree& tree) {
    if (entry.kind != DiskEntry::Kind::kFolder) return AddFile(path, entry, tree);
    DAGITOPS_TRY(budget_.AllowDepth(path, depth));
    DAGITOPS_ASSIGN(const auto below, disk_.List(JoinPath(workspace_, path)));
    const std::size_t before = tree.files.size();
    for (const auto& [name, child] : below) DAGITOPS_TRY(Add(JoinPath(path, name), child, depth + 1, tree));
    // A folder without files is nothing to git, so it counts only when it holds some.
    return tree.files.size() > before ? budget_.Add(path, 1, 0) : Ok();
  }

  Status AddFile(const std::string& path, const DiskEntry& entry, SourceTree& tree) {
    const std::string full = JoinPath(workspace_, path);
    auto file = std::make_shared<SourceFile>();
    file->path = path;
    git_oid id = entry.staged;
    if (entry.kind == DiskEntry::Kind::kSubmodule) {
      file->kind = FileKind::kSubmodule;
    } else if (entry.kind == DiskEntry::Kind::kSymlink || entry.size > budget_.limits().file_bytes) {
      file->kind = entry.kind == DiskEntry::Kind::kSymlink ? FileKind::kSymlink : FileKind::kTooLarge;
      file->size = entry.size;
      DAGITOPS_ASSIGN(id, disk_.BlobId(full, entry));
    } else {
      DAGITOPS_ASSIGN(file->text, disk_.Content(full, entry));
      file->size = file->text.size();
      git_odb_hash(&id, file->text.data(), file->text.size(), GIT_OBJECT_BLOB);
    }
    file->blob_id = Hex(id);
    DAGITOPS_TRY(budget_.Add(path, 1, file->text.size()));
    tree.files.push_back(std::move(file));
    return Ok();
  }

  const DiskTree& disk_;
  std::string workspace_;
  TreeBudget budget_;
};

class WorkTreeSource final : public RepositorySource {
 public:
  // `root` is the repository's checkout, or the workspace's folder itself where there is no repository.
  WorkTreeSource(RepositoryPtr handle, std::string root, std::string workspace)
      : handle_(std::move(handle)), root_(std::move(root)), workspace_(std::move(workspace)) {
    repository_ = {handle_.get(), JoinPath(root_, workspace_)};
  }

  Result<BranchHead> Fetch(Duration /*deadline*/) override { return Head(); }

  Result<BranchHead> Head() override {
    if (handle_ == nullptr) return Changed(Revision{kNoCommit, "", "", 0, ""});
    git_oid id;
    const bool born = ReadRef(repository_, "HEAD", &id);
    if (git_repository_is_bare(handle_.get()) != 0) {
      if (!born) return BranchHead{BranchHead::State::kRepositoryEmpty, {}};
      DAGITOPS_ASSIGN(const CommitPtr commit, LoadCommit(repository_, id));
      return BranchHead{BranchHead::State::kPresent, Describe(commit.get())};
    }
    if (!born) return Changed(Revision{kNoCommit, "", "", 0, ""});
    DAGITOPS_ASSIGN(const CommitPtr commit, LoadCommit(repository_, id));
    DAGITOPS_ASSIGN(const bool dirty, IsDirty());
    const Revision revision = Describe(commit.get());
    if (!dirty) return BranchHead{BranchHead::State::kPresent, revision};
    return Changed(Revision{revision.id + "-dirty", "", "", revision.time, ""});
  }

  Result<Revision> Resolve(std::string_view name) override {
    DAGITOPS_TRY(NeedRepository());
    return ResolveName(repository_, name);
  }

  Result<SourceTree> ReadTree(const Revision& revision, const TreeLimits& limits) override {
    if (!revision.dirty()) {
      DAGITOPS_TRY(NeedRepository());
      return reader_.Read(repository_, revision, workspace_, limits);
    }
    DAGITOPS_ASSIGN(const DiskTree disk, DiskTree::Open(root_, handle_.get()));
    return DiskReader(disk, workspace_, limits).Read(revision);
  }

  Result<std::map<std::string, std::string>> TreeIds(const Revision& revision,
                                                     const std::vector<std::string>& folders) override {
    if (!revision.dirty()) {
      DAGITOPS_TRY(NeedRepository());
      return CommitTreeIds(repository_, revision, workspace_, folders);
    }
    DAGITOPS_ASSIGN(const DiskTree disk, DiskTree::Open(root_, handle_.get()));
    std::map<std::string, std::string> ids;
    for (const std::string& folder : folders) {
      DAGITOPS_ASSIGN(const std::string clean, CleanFolder(folder));
      DAGITOPS_ASSIGN(const git_oid id, disk.TreeId(JoinPath(workspace_, clean)));
      if (git_oid_is_zero(&id) == 0) ids[folder] = Hex(id);
    }
    return ids;
  }

  Result<std::optional<std::map<std::string, bool>>> Names(const Revision& revision,
                                                           const std::string& folder) override {
    if (!revision.dirty()) {
      DAGITOPS_TRY(NeedRepository());
      return CommitNames(repository_, revision, workspace_, folder);
    }
    DAGITOPS_ASSIGN(const DiskTree disk, DiskTree::Open(root_, handle_.get()));
    DAGITOPS_ASSIGN(const std::string clean, CleanFolder(folder));
    DAGITOPS_ASSIGN(const auto entries, disk.List(JoinPath(workspace_, clean)));
    // A folder without files is nothing to git.
    if (entries.empty() && !clean.empty()) return std::optional<std::map<std::string, bool>>();
    std::map<std::string, bool> names;
    for (const auto& [name, entry] : entries) names[name] = entry.kind == DiskEntry::Kind::kFolder;
    return std::optional(std::move(names));
  }

  Result<CommitRange> Compare(const std::optional<Revision>& applied, const Revision& head) override {
    if (!applied) return CommitRange{Ancestry::kFirst, 0};
    if (head.id == kNoCommit) return CommitRange{Ancestry::kDiverged, 0};
    return CompareCommits(repository_, {applied, head});
  }

  Result<PathChanges> LastChanges(const Revision& head, const std::vector<std::string>& paths) override {
    if (head.id == kNoCommit) return PathChanges{};
    return changes_.Find(repository_, head, workspace_, paths);
  }

  Result<std::vector<std::string>> Keep(const std::vector<std::string>& /*revision_ids*/) override {
    return std::vector<std::string>();
  }

 private:
  static BranchHead Changed(Revision revision) {
    revision.subject = "uncommitted changes";
    return BranchHead{BranchHead::State::kPresent, std::move(revision)};
  }

  Status NeedRepository() const {
    if (handle_ != nullptr) return Ok();
    return Error{ErrorKind::kInvalid, "git-no-repository", repository_.name,
                 "the folder is no git repository, so it has no commits",
                 "run `git init` and commit, or leave the revision out"};
  }

  // Whether git sees any change below the workspace: staged, not staged, or untracked and not ignored.
  Result<bool> IsDirty() {
    git_status_options options{};
    git_status_options_init(&options, GIT_STATUS_OPTIONS_VERSION);
    options.show = GIT_STATUS_SHOW_INDEX_AND_WORKDIR;
    options.flags =
        GIT_STATUS_OPT_INCLUDE_UNTRACKED | GIT_STATUS_OPT_DISABLE_PATHSPEC_MATCH | GIT_STATUS_OPT_EXCLUDE_SUBMODULES;
    std::string pattern = workspace_;
    char* patterns[] = {pattern.data()};
    if (!workspace_.empty()) options.pathspec = {patterns, 1};
    StatusListPtr list;
    const auto make = [&](git_status_list** out) { return git_status_list_new(out, handle_.get(), &options); };
    if (Take(list, make) != 0) {
      return LibraryError(ErrorKind::kInvalid, "git-status-failed", repository_.name,
                          "could not compare the checkout with its commit");
    }
    for (std::size_t i = 0; i < git_status_list_entrycount(list.get()); ++i) {
      if (!LeftOut(*git_status_byindex(list.get(), i))) return true;
    }
    return false;
  }

  // libgit2 1.5 takes the files that a sparse checkout leaves out for deleted ones.
  bool LeftOut(const git_status_entry& entry) const {
    if (entry.status != GIT_STATUS_WT_DELETED) return false;
    IndexPtr index;
    if (Take(index, [&](git_index** out) { return git_repository_index(out, handle_.get()); }) != 0) return false;
    const char* path = entry.index_to_workdir->old_file.path;
    const git_index_entry* staged = git_index_get_bypath(index.get(), path, 0);
    return staged != nullptr && (staged->flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE) != 0;
  }

  RepositoryPtr handle_;  // null: no repository
  std::string root_;
  std::string workspace_;  // below root_; "" is the root itself
  Repository repository_;
  TreeReader reader_;
  LastChangesFinder changes_;
};

}  // namespace

Result<std::unique_ptr<RepositorySource>> OpenWorkTree(const std::string& path) {
  PrepareLibrary();
  std::error_code error;
  const fs::path folder = fs::canonical(path.empty() ? "." : path, error);
  if (error || !fs::is_directory(folder, error)) {
    return Error{ErrorKind::kInvalid, "git-no-workspace", path, "there is no such folder",
                 "give the path of a workspace repository, or make one with `dagitops init`"};
  }
  const auto found = FindRepository(folder.string());
  if (!found) return std::unique_ptr<RepositorySource>(std::make_unique<WorkTreeSource>(nullptr, folder.string(), ""));
  RepositoryPtr handle;
  if (Take(handle, [&](git_repository** out) { return git_repository_open(out, found->root.c_str()); }) != 0) {
    Error failed =
        LibraryError(ErrorKind::kInvalid, "git-repository-unreadable", found->root, "could not open the repository");
    failed.hint = "check it with `git -C " + found->root + " status`";
    return failed;
  }
  const std::string below = fs::relative(folder, found->root, error).string();
  const std::string workspace = found->bare || below == "." ? "" : below;
  return std::unique_ptr<RepositorySource>(std::make_unique<WorkTreeSource>(std::move(handle), found->root, workspace));
}

Result<SourceTree> ReadWorkTree(const std::string& path, const TreeLimits& limits) {
  DAGITOPS_ASSIGN(const auto source, OpenWorkTree(path));
  DAGITOPS_ASSIGN(const BranchHead head, source->Head());
  if (head.state != BranchHead::State::kPresent) {
    return Error{ErrorKind::kInvalid, "git-no-commits", path, "the repository has no commits yet",
                 "push a first commit, or make a workspace with `dagitops init`"};
  }
  return source->ReadTree(head.revision, limits);
}

}  // namespace dagitops::git
