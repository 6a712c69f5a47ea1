#include "source/git/tree_reader.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "dagitops/base/text.h"

#include "source/git/library.h"
#include "source/git/paths.h"
#include "source/git/tree_budget.h"
#include "source/git/tree_ids.h"

namespace dagitops::git {

struct TreeNode {
  struct Entry {
    std::string name;
    git_oid id{};
    std::shared_ptr<const SourceFile> file;  // exactly one of the two is there
    std::shared_ptr<const TreeNode> below;
  };
  std::vector<Entry> entries;  // in git's order, which is that of the full paths
  std::size_t items = 0;       // files and folders below, at any depth
  std::uint64_t bytes = 0;     // of their texts
  int height = 0;              // levels of folders below
};

namespace {

constexpr std::size_t kRootsRemembered = 64;

// Git compares entries as if a folder's name ended with '/': so sorted entries make sorted paths.
bool GitLess(const TreeNode::Entry& a, const TreeNode::Entry& b) {
  const std::size_t common = std::min(a.name.size(), b.name.size());
  const int order = a.name.compare(0, common, b.name, 0, common);
  if (order != 0) return order < 0;
  const auto next = [common](const TreeNode::Entry& entry) {
    if (entry.name.size() > common) return static_cast<int>(static_cast<unsigned char>(entry.name[common]));
    return entry.below != nullptr ? static_cast<int>('/') : 0;
  };
  return next(a) < next(b);
}

std::string Key(const std::string& prefix, const git_oid& id) {
  return prefix + '\0' + std::string(reinterpret_cast<const char*>(id.id), sizeof id.id);
}

std::optional<FileKind> KindOf(git_filemode_t mode) {
  switch (mode) {
    case GIT_FILEMODE_BLOB:
    case GIT_FILEMODE_BLOB_EXECUTABLE:
      return FileKind::kFile;
    case GIT_FILEMODE_LINK:
      return FileKind::kSymlink;
    case GIT_FILEMODE_COMMIT:
      return FileKind::kSubmodule;
    default:
      return std::nullopt;
  }
}

void Flatten(const TreeNode& node, std::vector<std::shared_ptr<const SourceFile>>& files) {
  for (const TreeNode::Entry& entry : node.entries) {
    if (entry.file != nullptr) {
      files.push_back(entry.file);
    } else {
      Flatten(*entry.below, files);
    }
  }
}

}  // namespace

// One read of one revision.
class TreeWalk {
 public:
  using NodePtr = std::shared_ptr<const TreeNode>;

  TreeWalk(TreeReader& reader, const Repository& repository, const TreeLimits& limits)
      : reader_(reader), repository_(repository), budget_(repository.name, limits) {}

  Status Open() {
    const int code = Take(odb_, [&](git_odb** out) { return git_repository_odb(out, repository_.handle); });
    if (code != 0) return Unreadable("could not open its objects");
    return Ok();
  }

  // The folder with this tree id at `prefix` ("" for the workspace's root), which is `depth` folders deep.
  Result<NodePtr> Folder(const std::string& prefix, const git_oid& id, int depth) {
    const std::string key = Key(prefix, id);
    if (NodePtr known = reader_.Find(key); known != nullptr) {
      DAGITOPS_TRY(budget_.AllowDepth(prefix, depth + known->height));
      DAGITOPS_TRY(budget_.Add(prefix, known->items, known->bytes));
      return known;
    }
    DAGITOPS_TRY(budget_.AllowDepth(prefix, depth));
    TreePtr tree;
    if (Take(tree, [&](git_tree** out) { return git_tree_lookup(out, repository_.handle, &id); }) != 0) {
      return Unreadable("could not read the folder " + Quoted(prefix) + " (tree " + Hex(id) + ")");
    }
    DAGITOPS_ASSIGN(NodePtr node, Build(prefix, tree.get(), depth));
    reader_.Remember(key, node);
    reader_.newest_[prefix] = node;
    return node;
  }

 private:
  Result<NodePtr> Build(const std::string& prefix, const git_tree* tree, int depth) {
    const NodePtr previous = reader_.newest_[prefix].lock();
    std::size_t reusable = 0;  // entries of `previous` before it are smaller than the one at hand
    auto node = std::make_shared<TreeNode>();
    const std::size_t count = git_tree_entrycount(tree);
    node->entries.reserve(prefix.empty() ? kTopLevel.size() : count);
    for (std::size_t i = 0; i < count; ++i) {
      const git_tree_entry* raw = git_tree_entry_byindex(tree, i);
      const std::string_view name = git_tree_entry_name(raw);
      if (prefix.empty() && std::find(kTopLevel.begin(), kTopLevel.end(), name) == kTopLevel.end()) continue;
      DAGITOPS_TRY(CheckName(prefix, name));
      TreeNode::Entry entry{std::string(name), *git_tree_entry_id(raw), nullptr, nullptr};
      if (git_tree_entry_type(raw) == GIT_OBJECT_TREE) {
        if (prefix.empty() && name == kTopLevel[0]) continue;
        DAGITOPS_TRY(AddFolder(*node, entry, JoinPath(prefix, name), depth));
      } else {
        const TreeNode::Entry* same = previous == nullptr ? nullptr : FindSame(*previous, reusable, entry);
        DAGITOPS_TRY(AddFile(*node, entry, raw, {same, prefix}));
      }
      if (!node->entries.empty() && !GitLess(node->entries.back(), entry)) return Malformed(prefix, name);
      node->entries.push_back(std::move(entry));
    }
    return NodePtr(std::move(node));
  }

  // The previous version's entry of that name with the same id, when there is one. Both lists are sorted the same way.
  static const TreeNode::Entry* FindSame(const TreeNode& previous, std::size_t& at, const TreeNode::Entry& entry) {
    while (at < previous.entries.size() && GitLess(previous.entries[at], entry)) ++at;
    if (at == previous.entries.size()) return nullptr;
    const TreeNode::Entry& candidate = previous.entries[at];
    const bool same =
        candidate.file != nullptr && candidate.name == entry.name && git_oid_equal(&candidate.id, &entry.id) != 0;
    return same ? &candidate : nullptr;
  }

  Status AddFolder(TreeNode& node, TreeNode::Entry& entry, const std::string& path, int depth) {
    DAGITOPS_TRY(budget_.Add(path, 1, 0));
    DAGITOPS_ASSIGN(entry.below, Folder(path, entry.id, depth + 1));
    node.items += entry.below->items + 1;
    node.bytes += entry.below->bytes;
    node.height = std::max(node.height, entry.below->height + 1);
    return Ok();
  }

  struct Place {
    const TreeNode::Entry* same;  // as read before; nullptr when it was not
    const std::string& prefix;
  };

  Status AddFile(TreeNode& node, TreeNode::Entry& entry, const git_tree_entry* raw, Place place) {
    const auto kind = KindOf(git_tree_entry_filemode(raw));
    if (!kind) return Malformed(place.prefix, entry.name);
    // The same bytes may have become a symlink: a file is shared only while it is the same kind of thing.
    const bool linked =
        place.same != nullptr &&
        (place.same->file->kind == FileKind::kTooLarge ? *kind == FileKind::kFile : place.same->file->kind == *kind);
    if (linked) {
      entry.file = place.same->file;
    } else {
      DAGITOPS_ASSIGN(entry.file, ReadFile(entry.id, *kind, JoinPath(place.prefix, entry.name)));
    }
    DAGITOPS_TRY(budget_.Add(entry.file->path, 1, entry.file->text.size()));
    node.items += 1;
    node.bytes += entry.file->text.size();
    return Ok();
  }

  Result<std::shared_ptr<const SourceFile>> ReadFile(const git_oid& id, FileKind kind, std::string path) {
    auto file = std::make_shared<SourceFile>();
    file->path = std::move(path);
    file->blob_id = Hex(id);
    file->kind = kind;
    if (kind == FileKind::kSubmodule) return std::shared_ptr<const SourceFile>(std::move(file));
    std::size_t size = 0;
    git_object_t type = GIT_OBJECT_INVALID;
    if (git_odb_read_header(&size, &type, odb_.get(), &id) != 0 || type != GIT_OBJECT_BLOB) {
      return Unreadable("could not read " + Quoted(file->path) + " (blob " + file->blob_id + ")");
    }
    file->size = size;
    if (kind == FileKind::kFile && size > budget_.limits().file_bytes) file->kind = FileKind::kTooLarge;
    if (file->kind == FileKind::kFile) DAGITOPS_TRY(ReadText(id, *file));
    return std::shared_ptr<const SourceFile>(std::move(file));
  }

  Status ReadText(const git_oid& id, SourceFile& file) {
    OdbObjectPtr object;
    if (Take(object, [&](git_odb_object** out) { return git_odb_read(out, odb_.get(), &id); }) != 0) {
      return Unreadable("could not read " + Quoted(file.path) + " (blob " + file.blob_id + ")");
    }
    file.text.assign(static_cast<const char*>(git_odb_object_data(object.get())), git_odb_object_size(object.get()));
    return Ok();
  }

  Status CheckName(const std::string& prefix, std::string_view name) const {
    if (IsSafeName(name)) return Ok();
    return Error{ErrorKind::kInvalid, "git-tree-malformed", repository_.name,
                 "the folder " + Quoted(prefix) + " holds an entry called " + Quoted(Shorten(name, 80)),
                 "rename it to a name of at most 255 bytes that is not \"..\", \".\" or \".git\""};
  }

  Error Malformed(const std::string& prefix, std::string_view name) const {
    return Error{ErrorKind::kInvalid, "git-tree-malformed", repository_.name,
                 "the folder " + Quoted(prefix) + " is no valid git tree at its entry " + Quoted(Shorten(name, 80)),
                 "check the repository with `git fsck` and commit the folder anew"};
  }

  Error Unreadable(const std::string& doing) const {
    return LibraryError(ErrorKind::kRetry, "git-object-unreadable", repository_.name, doing);
  }

  TreeReader& reader_;
  const Repository& repository_;
  TreeBudget budget_;
  OdbPtr odb_;
};

TreeReader::NodePtr TreeReader::Find(const std::string& key) {
  const auto found = nodes_.find(key);
  return found == nodes_.end() ? nullptr : found->second.lock();
}

void TreeReader::Remember(const std::string& key, const NodePtr& node) { nodes_[key] = node; }

// Drops what no remembered revision uses any more.
void TreeReader::Forget() {
  while (roots_.size() > kRootsRemembered) roots_.pop_front();
  const auto expired = [](const auto& item) { return item.second.expired(); };
  std::erase_if(nodes_, expired);
  std::erase_if(newest_, expired);
}

Result<SourceTree> TreeReader::Read(const Repository& repository, const Revision& revision, const std::string& folder,
                                    const TreeLimits& limits) {
  if (file_bytes_ != limits.file_bytes) {
    roots_.clear();
    Forget();
    file_bytes_ = limits.file_bytes;
  }
  DAGITOPS_ASSIGN(const CommitPtr commit, LoadCommit(repository, revision));
  DAGITOPS_ASSIGN(const git_oid id, FolderId(repository, commit.get(), folder));
  TreeWalk walk(*this, repository, limits);
  DAGITOPS_TRY(walk.Open());
  DAGITOPS_ASSIGN(const NodePtr root, walk.Folder("", id, 0));
  SourceTree tree{Describe(commit.get()), {}};
  tree.files.reserve(root->items);
  Flatten(*root, tree.files);
  std::erase(roots_, root);
  roots_.push_back(root);
  Forget();
  return tree;
}

}  // namespace dagitops::git
