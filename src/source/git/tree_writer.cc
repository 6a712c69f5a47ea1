#include "source/git/tree_writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <vector>

#include "dagitops/base/text.h"

#include "source/git/library.h"
#include "source/git/paths.h"

namespace dagitops::git {
namespace {

namespace fs = std::filesystem;

constexpr int kMostHops = 40;  // as many symlinks as Linux follows for one path
constexpr mode_t kFileMode = 0444;
constexpr mode_t kExecutableMode = 0555;
constexpr mode_t kFolderMode = 0555;
// git-lfs, docs/spec.md: a pointer file starts so and is smaller than 1024 bytes.
constexpr std::string_view kLfsPointer = "version https://git-lfs.github.com/spec/";
constexpr std::size_t kLargestLfsPointer = 1024;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }
  bool valid() const { return number_ >= 0; }

 private:
  int number_;
};

class TreeWriter {
 public:
  TreeWriter(const Repository& repository, std::string folder, const CodeLimits& limits)
      : repository_(repository), folder_(std::move(folder)), limits_(limits) {}

  Status Write(const git_oid& tree) {
    if (Take(odb_, [&](git_odb** out) { return git_repository_odb(out, repository_.handle); }) != 0) {
      return Unreadable("");
    }
    const Descriptor root(open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!root.valid()) return Unwritable("");
    DAGITOPS_TRY(WriteFolder(root.get(), "", tree, 0));
    return CheckSymlinks();
  }

 private:
  Status WriteFolder(int parent, const std::string& path, const git_oid& id, int depth) {
    if (depth > limits_.depth) return Limit("folders more than " + std::to_string(limits_.depth) + " deep", path);
    TreePtr tree;
    if (Take(tree, [&](git_tree** out) { return git_tree_lookup(out, repository_.handle, &id); }) != 0) {
      return Unreadable(path);
    }
    for (std::size_t i = 0; i < git_tree_entrycount(tree.get()); ++i) {
      DAGITOPS_TRY(WriteEntry(parent, path, git_tree_entry_byindex(tree.get(), i), depth));
    }
    return Ok();
  }

  Status WriteEntry(int parent, const std::string& folder, const git_tree_entry* entry, int depth) {
    const std::string name = git_tree_entry_name(entry);
    const std::string path = JoinPath(folder, name);
    if (!IsSafeName(name))
      return Refuse("code-bad-name", path, "is a name that no disk may get", "rename it and commit");
    if (++entries_ > limits_.files)
      return Limit("more than " + std::to_string(limits_.files) + " files and folders", path);
    switch (git_tree_entry_filemode(entry)) {
      case GIT_FILEMODE_TREE:
        return MakeFolder(parent, {name, path}, *git_tree_entry_id(entry), depth);
      case GIT_FILEMODE_LINK:
        return MakeSymlink(parent, {name, path}, *git_tree_entry_id(entry));
      case GIT_FILEMODE_BLOB:
      case GIT_FILEMODE_BLOB_EXECUTABLE:
        return MakeFile(parent, {name, path}, entry);
      case GIT_FILEMODE_COMMIT:
        return Refuse("code-submodule", path, "is a submodule, whose files are in another repository",
                      "copy the files into this repository");
      default:
        return Refuse("code-bad-name", path, "is a name that no disk may get", "rename it and commit");
    }
  }

  struct Place {
    const std::string& name;
    const std::string& path;
  };

  Status MakeFolder(int parent, Place place, const git_oid& id, int depth) {
    if (mkdirat(parent, place.name.c_str(), 0755) != 0) return Unwritable(place.path);
    const Descriptor folder(openat(parent, place.name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!folder.valid()) return Unwritable(place.path);
    DAGITOPS_TRY(WriteFolder(folder.get(), place.path, id, depth + 1));
    return fchmod(folder.get(), kFolderMode) == 0 ? Ok() : Status(Unwritable(place.path));
  }

  Status MakeFile(int parent, Place place, const git_tree_entry* entry) {
    DAGITOPS_ASSIGN(const OdbObjectPtr blob, ReadBlob(place.path, *git_tree_entry_id(entry)));
    const std::string_view text(static_cast<const char*>(git_odb_object_data(blob.get())),
                                git_odb_object_size(blob.get()));
    if (text.size() < kLargestLfsPointer && text.starts_with(kLfsPointer)) {
      return Refuse("code-lfs", place.path, "is a git-lfs pointer, whose content is not in git",
                    "commit the file itself, or take it from another store when the code runs");
    }
    const bool executable = git_tree_entry_filemode(entry) == GIT_FILEMODE_BLOB_EXECUTABLE;
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    const Descriptor file(openat(parent, place.name.c_str(), flags, 0600));
    if (!file.valid() || !WriteAll(file.get(), text)) return Unwritable(place.path);
    return fchmod(file.get(), executable ? kExecutableMode : kFileMode) == 0 ? Ok() : Status(Unwritable(place.path));
  }

  static bool WriteAll(int file, std::string_view text) {
    while (!text.empty()) {
      const ssize_t put = write(file, text.data(), text.size());
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return false;
      text.remove_prefix(static_cast<std::size_t>(put));
    }
    return true;
  }

  Status MakeSymlink(int parent, Place place, const git_oid& id) {
    DAGITOPS_ASSIGN(const OdbObjectPtr blob, ReadBlob(place.path, id));
    const std::string target(static_cast<const char*>(git_odb_object_data(blob.get())),
                             git_odb_object_size(blob.get()));
    if (target.empty() || target.find('\0') != std::string::npos) return BadSymlink(place.path, "leads nowhere");
    if (target.front() == '/')
      return BadSymlink(place.path, "leads to the absolute path " + Quoted(Shorten(target, 100)));
    if (symlinkat(target.c_str(), parent, place.name.c_str()) != 0) return Unwritable(place.path);
    symlinks_.push_back(place.path);
    return Ok();
  }

  // Where a symlink leads may depend on other symlinks, so it is asked of the disk once everything is there. Nothing
  // was written through one: entries of one folder have different names, which O_EXCL and O_NOFOLLOW see to.
  Status CheckSymlinks() const {
    for (const std::string& path : symlinks_) {
      const char* fault = Follow(path);
      if (fault != nullptr) return BadSymlink(path, fault);
    }
    return Ok();
  }

  // Walks from the tree's root as the kernel would, but also over what is not there (yet); nullptr when it stays
  // inside.
  const char* Follow(const std::string& path) const {
    std::vector<std::string> waiting = Split(path, '/');  // parts to go, the next one last
    std::reverse(waiting.begin(), waiting.end());
    fs::path at;  // relative to the root
    int hops = 0;
    while (!waiting.empty()) {
      const std::string part = waiting.back();
      waiting.pop_back();
      if (part.empty() || part == ".") continue;
      if (part == "..") {
        if (at.empty()) return "leads out of the tree";
        at = at.parent_path();
        continue;
      }
      std::error_code none;
      const std::string target = fs::read_symlink(fs::path(folder_) / at / part, none).string();
      if (none) {
        at /= part;
        continue;
      }
      if (++hops > kMostHops) return "leads in a circle";
      std::vector<std::string> more = Split(target, '/');
      waiting.insert(waiting.end(), more.rbegin(), more.rend());
    }
    return nullptr;
  }

  Result<OdbObjectPtr> ReadBlob(const std::string& path, const git_oid& id) {
    std::size_t size = 0;
    git_object_t type = GIT_OBJECT_INVALID;
    OdbObjectPtr blob;
    if (git_odb_read_header(&size, &type, odb_.get(), &id) != 0 || type != GIT_OBJECT_BLOB) return Unreadable(path);
    bytes_ += size;
    if (size > limits_.file_bytes) return Limit("a file of " + std::to_string(size) + " bytes", path);
    if (bytes_ > limits_.bytes) return Limit("more than " + std::to_string(limits_.bytes) + " bytes", path);
    if (Take(blob, [&](git_odb_object** out) { return git_odb_read(out, odb_.get(), &id); }) != 0) {
      return Unreadable(path);
    }
    return blob;
  }

  Error Unreadable(const std::string& path) const {
    return LibraryError(ErrorKind::kRetry, "code-missing", path, "could not be read from the mirror");
  }
  Error Unwritable(const std::string& path) const {
    return Error{ErrorKind::kStalled, "code-unwritable", JoinPath(folder_, path),
                 std::string("could not be written: ") + std::strerror(errno),
                 "make room, or give this user write access"};
  }
  static Error Refuse(const std::string& code, const std::string& path, std::string what, std::string hint) {
    return Error{ErrorKind::kInvalid, code, Shorten(Printable(path), 200), std::move(what), std::move(hint)};
  }
  static Error Limit(const std::string& what, const std::string& path) {
    return Refuse("code-too-large", path, "is the first too many: the code's folder holds " + what,
                  "name a smaller folder in `dagitops.local.path`, and keep data out of git");
  }
  static Error BadSymlink(const std::string& path, const std::string& what) {
    return Refuse("code-symlink", path, "is a symlink that " + what,
                  "let it lead to a file of the same folder tree, by a relative path");
  }

  const Repository& repository_;
  std::string folder_;
  const CodeLimits& limits_;
  OdbPtr odb_;
  std::size_t entries_ = 0;
  std::uint64_t bytes_ = 0;
  std::vector<std::string> symlinks_;
};

}  // namespace

Status WriteTree(const Repository& repository, const git_oid& tree, const std::string& folder,
                 const CodeLimits& limits) {
  return TreeWriter(repository, folder, limits).Write(tree);
}

}  // namespace dagitops::git
