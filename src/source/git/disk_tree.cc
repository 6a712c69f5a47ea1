#include "source/git/disk_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "dagitops/base/text.h"

#include "source/git/library.h"
#include "source/git/paths.h"

namespace dagitops::git {
namespace {

constexpr std::size_t kMostEntries = 500'000;
constexpr int kDeepest = 128;
constexpr std::uint64_t kHashedInMemory = 16u << 20;

using Directory = std::unique_ptr<DIR, Freer<closedir>>;

Error DiskError(const std::string& path, const std::string& doing) {
  return Error{ErrorKind::kInvalid, "git-file-unreadable", path, doing + ": " + std::strerror(errno),
               "make it readable for this user, or add it to .gitignore"};
}

class File {
 public:
  explicit File(const std::string& path)
      : descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)) {}
  ~File() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  bool Read(std::uint64_t expected, std::string* text) const {
    if (descriptor_ < 0) return false;
    text->resize(expected + 1);  // one more, to see that the file has grown
    std::size_t filled = 0;
    for (;;) {
      if (filled == text->size()) text->resize(text->size() * 2);
      const ssize_t got = read(descriptor_, text->data() + filled, text->size() - filled);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return false;
      if (got == 0) break;
      filled += static_cast<std::size_t>(got);
    }
    text->resize(filled);
    return true;
  }

 private:
  int descriptor_;
};

bool Exists(const std::string& path) {
  struct stat info {};
  return lstat(path.c_str(), &info) == 0;
}

DiskEntry::Kind KindOfMode(unsigned mode) {
  switch (mode) {
    case GIT_FILEMODE_LINK:
      return DiskEntry::Kind::kSymlink;
    case GIT_FILEMODE_COMMIT:
      return DiskEntry::Kind::kSubmodule;
    case GIT_FILEMODE_BLOB_EXECUTABLE:
      return DiskEntry::Kind::kExecutable;
    default:
      return DiskEntry::Kind::kFile;
  }
}

const char* ModeText(DiskEntry::Kind kind) {
  switch (kind) {
    case DiskEntry::Kind::kFolder:
      return "40000";
    case DiskEntry::Kind::kExecutable:
      return "100755";
    case DiskEntry::Kind::kSymlink:
      return "120000";
    case DiskEntry::Kind::kSubmodule:
      return "160000";
    case DiskEntry::Kind::kFile:
      break;
  }
  return "100644";
}

}  // namespace

Result<DiskTree> DiskTree::Open(std::string root, git_repository* repository) {
  DiskTree tree;
  tree.root_ = std::move(root);
  tree.repository_ = repository;
  if (repository == nullptr) return tree;
  if (Take(tree.index_, [&](git_index** out) { return git_repository_index(out, repository); }) != 0) {
    return LibraryError(ErrorKind::kInvalid, "git-index-unreadable", tree.root_, "could not read the index");
  }
  git_index_read(tree.index_.get(), 0);
  ConfigPtr config;
  int file_mode = 1;
  if (Take(config, [&](git_config** out) { return git_repository_config_snapshot(out, repository); }) == 0 &&
      git_config_get_bool(&file_mode, config.get(), "core.filemode") == 0) {
    tree.file_mode_ = file_mode != 0;
  }
  return tree;
}

std::string DiskTree::OnDisk(const std::string& path) const { return path.empty() ? root_ : root_ + "/" + path; }

bool DiskTree::Tracked(const std::string& path) const {
  if (index_ == nullptr) return false;
  if (git_index_get_bypath(index_.get(), path.c_str(), 0) != nullptr) return true;
  return git_index_find_prefix(nullptr, index_.get(), (path + "/").c_str()) == 0;
}

bool DiskTree::Ignored(const std::string& path) const {
  int ignored = 0;
  return repository_ != nullptr && git_ignore_path_is_ignored(&ignored, repository_, path.c_str()) == 0 && ignored != 0;
}

Result<bool> DiskTree::Find(const std::string& path, DiskEntry* entry) const {
  const git_index_entry* staged = index_ == nullptr ? nullptr : git_index_get_bypath(index_.get(), path.c_str(), 0);
  *entry = DiskEntry{};
  if (staged != nullptr) entry->staged = staged->id;
  struct stat info {};
  if (lstat(OnDisk(path).c_str(), &info) != 0) {
    if (errno != ENOENT && errno != ENOTDIR) return DiskError(OnDisk(path), "could not look at it");
    if (staged == nullptr || (staged->flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE) == 0) return false;
    entry->kind = KindOfMode(staged->mode);
    entry->on_disk = false;
    entry->size = staged->file_size;
    return true;
  }
  entry->size = static_cast<std::uint64_t>(info.st_size);
  const bool folder = S_ISDIR(info.st_mode);
  if (folder && ((staged != nullptr && staged->mode == GIT_FILEMODE_COMMIT) || Exists(OnDisk(path) + "/.git"))) {
    entry->kind = DiskEntry::Kind::kSubmodule;
  } else if (folder) {
    entry->kind = DiskEntry::Kind::kFolder;
  } else if (S_ISLNK(info.st_mode)) {
    entry->kind = DiskEntry::Kind::kSymlink;
  } else if (S_ISREG(info.st_mode)) {
    const bool executable =
        file_mode_ ? (info.st_mode & S_IXUSR) != 0 : staged != nullptr && staged->mode == GIT_FILEMODE_BLOB_EXECUTABLE;
    entry->kind = executable ? DiskEntry::Kind::kExecutable : DiskEntry::Kind::kFile;
  } else {
    return false;  // sockets, pipes and devices are nothing to git
  }
  return Tracked(path) || !Ignored(folder ? path + "/" : path);
}

Result<std::map<std::string, DiskEntry>> DiskTree::List(const std::string& path) const {
  std::map<std::string, DiskEntry> entries;
  const auto add = [&](const std::string& name) -> Status {
    if (!IsSafeName(name) || entries.contains(name)) return Ok();
    DiskEntry entry;
    DAGITOPS_ASSIGN(const bool there, Find(JoinPath(path, name), &entry));
    if (there) entries.emplace(name, entry);
    return Ok();
  };
  const Directory directory(opendir(OnDisk(path).c_str()));
  if (directory == nullptr && errno != ENOENT && errno != ENOTDIR) {
    return DiskError(OnDisk(path), "could not list the folder");
  }
  while (directory != nullptr) {
    const dirent* next = readdir(directory.get());
    if (next == nullptr) break;
    DAGITOPS_TRY(add(next->d_name));
    if (entries.size() > kMostEntries) break;
  }
  DAGITOPS_TRY(AddSparse(path, entries));
  return entries;
}

// A sparse checkout leaves tracked files out of the disk; they are part of the workspace all the same.
Status DiskTree::AddSparse(const std::string& path, std::map<std::string, DiskEntry>& entries) const {
  if (index_ == nullptr) return Ok();
  const std::string prefix = path.empty() ? "" : path + "/";
  std::size_t at = 0;
  if (!prefix.empty() && git_index_find_prefix(&at, index_.get(), prefix.c_str()) != 0) return Ok();
  for (; at < git_index_entrycount(index_.get()); ++at) {
    const git_index_entry* staged = git_index_get_byindex(index_.get(), at);
    const std::string_view below = staged->path;
    if (!below.starts_with(prefix)) break;
    if ((staged->flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE) == 0) continue;
    const std::string_view rest = below.substr(prefix.size());
    const std::string name(rest.substr(0, rest.find('/')));
    if (!IsSafeName(name) || entries.contains(name)) continue;
    DiskEntry entry;
    entry.kind = name.size() < rest.size() ? DiskEntry::Kind::kFolder : KindOfMode(staged->mode);
    entry.on_disk = false;
    entry.staged = name.size() < rest.size() ? git_oid{} : staged->id;
    entries.emplace(name, entry);
  }
  return Ok();
}

Result<std::string> DiskTree::Content(const std::string& path, const DiskEntry& entry) const {
  if (!entry.on_disk) return StagedContent(path, entry);
  const std::string on_disk = OnDisk(path);
  std::string text;
  if (entry.kind == DiskEntry::Kind::kSymlink) {
    text.resize(PATH_MAX);
    const ssize_t length = readlink(on_disk.c_str(), text.data(), text.size());
    if (length < 0) return DiskError(on_disk, "could not read the symlink");
    text.resize(static_cast<std::size_t>(length));
    return text;
  }
  if (!File(on_disk).Read(entry.size, &text)) return DiskError(on_disk, "could not read the file");
  return Converted(path, std::move(text));
}

Result<std::string> DiskTree::StagedContent(const std::string& path, const DiskEntry& entry) const {
  OdbPtr odb;
  OdbObjectPtr object;
  if (Take(odb, [&](git_odb** out) { return git_repository_odb(out, repository_); }) != 0 ||
      Take(object, [&](git_odb_object** out) { return git_odb_read(out, odb.get(), &entry.staged); }) != 0) {
    return LibraryError(ErrorKind::kInvalid, "git-object-unreadable", OnDisk(path),
                        "could not read blob " + Hex(entry.staged));
  }
  return std::string(static_cast<const char*>(git_odb_object_data(object.get())), git_odb_object_size(object.get()));
}

// Only line ends and $Id$ are ever converted on the way into git, so most files need no look at the attributes.
Result<std::string> DiskTree::Converted(const std::string& path, std::string text) const {
  if (repository_ == nullptr || (text.find('\r') == std::string::npos && text.find("$Id") == std::string::npos))
    return text;
  FilterListPtr filters;
  const auto load = [&](git_filter_list** out) {
    return git_filter_list_load(out, repository_, nullptr, path.c_str(), GIT_FILTER_TO_ODB, GIT_FILTER_ALLOW_UNSAFE);
  };
  if (Take(filters, load) != 0) {
    return LibraryError(ErrorKind::kInvalid, "git-file-unreadable", OnDisk(path), "could not read its attributes");
  }
  if (filters == nullptr) return text;
  git_buf converted = GIT_BUF_INIT;
  if (git_filter_list_apply_to_buffer(&converted, filters.get(), text.data(), text.size()) != 0) {
    return LibraryError(ErrorKind::kInvalid, "git-file-unreadable", OnDisk(path), "could not convert its line ends");
  }
  text.assign(converted.ptr, converted.size);
  git_buf_dispose(&converted);
  return text;
}

Result<git_oid> DiskTree::BlobId(const std::string& path, const DiskEntry& entry) const {
  if (!entry.on_disk) return entry.staged;
  git_oid id{};
  const std::string on_disk = OnDisk(path);
  if (entry.kind == DiskEntry::Kind::kSymlink || entry.size <= kHashedInMemory) {
    DAGITOPS_ASSIGN(const std::string content, Content(path, entry));
    git_odb_hash(&id, content.data(), content.size(), GIT_OBJECT_BLOB);
    return id;
  }
  const int code = repository_ == nullptr
                       ? git_odb_hashfile(&id, on_disk.c_str(), GIT_OBJECT_BLOB)
                       : git_repository_hashfile(&id, repository_, on_disk.c_str(), GIT_OBJECT_BLOB, path.c_str());
  if (code != 0) return LibraryError(ErrorKind::kInvalid, "git-file-unreadable", on_disk, "could not read the file");
  return id;
}

Result<git_oid> DiskTree::TreeId(const std::string& path) const {
  std::size_t budget = kMostEntries;
  return TreeIdBelow(path, 0, &budget);
}

Result<git_oid> DiskTree::TreeIdBelow(const std::string& path, int depth, std::size_t* budget) const {
  DAGITOPS_ASSIGN(const auto entries, List(path));
  if (depth > kDeepest || entries.size() > *budget) {
    return Error{ErrorKind::kInvalid, "git-tree-limit", OnDisk(path),
                 "the folder holds more than 500,000 files or folders over 128 deep",
                 "add what is no code to .gitignore"};
  }
  *budget -= entries.size();
  std::vector<std::pair<std::string, std::string>> lines;  // sorting name, entry as git writes it
  for (const auto& [name, entry] : entries) {
    const std::string below = JoinPath(path, name);
    const bool folder = entry.kind == DiskEntry::Kind::kFolder;
    git_oid id = entry.staged;
    if (folder) {
      DAGITOPS_ASSIGN(id, TreeIdBelow(below, depth + 1, budget));
    } else if (entry.kind != DiskEntry::Kind::kSubmodule) {
      DAGITOPS_ASSIGN(id, BlobId(below, entry));
    }
    if (git_oid_is_zero(&id) != 0) continue;  // an empty folder, or a repository that was never added
    const std::string bytes(reinterpret_cast<const char*>(id.id), sizeof id.id);
    lines.emplace_back(name + (folder ? "/" : ""), ModeText(entry.kind) + (" " + name) + '\0' + bytes);
  }
  std::sort(lines.begin(), lines.end());
  std::string tree;
  for (const auto& [name, line] : lines) tree += line;
  git_oid id{};
  if (!lines.empty()) git_odb_hash(&id, tree.data(), tree.size(), GIT_OBJECT_TREE);
  return id;
}

}  // namespace dagitops::git
