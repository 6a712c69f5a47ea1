#include "source/git/tree_writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>

#include "source/git/handles.h"
#include "source/git/library.h"

namespace dagitops::git {
namespace {

// The first line of every pointer file (git-lfs 3, docs/spec.md), which is under 1024 bytes.
constexpr std::string_view kLfsStart = "version https://git-lfs.github.com/spec/";
constexpr std::size_t kLfsMost = 1024;

Error Refused(std::string code, const std::string& path, std::string message, std::string hint) {
  return {ErrorKind::kInvalid, std::move(code), path, std::move(message), std::move(hint)};
}

Error Unwritable(const std::string& path) {
  return {ErrorKind::kRetry, "code-unwritable", path, std::string("cannot be laid out: ") + std::strerror(errno),
          "check the free space and rights of the state folder"};
}

class Writer {
 public:
  Writer(git_repository* repository, std::string folder, const CodeLimits& limits)
      : repository_(repository), folder_(std::move(folder)), limits_(limits) {}

  // `inside` is the tree's own path: "" or "a/b/".
  Status Write(const git_oid& id, const std::string& inside, int depth) {
    if (depth > limits_.depth) return TooLarge(inside, "more than " + std::to_string(limits_.depth) + " folders deep");
    TreePtr tree;
    if (Take(tree, [&](git_tree** out) { return git_tree_lookup(out, repository_, &id); }) != 0) {
      return LibraryError(ErrorKind::kRetry, "code-missing", inside, "reading a folder of the code");
    }
    for (std::size_t i = 0; i < git_tree_entrycount(tree.get()); ++i) {
      const git_tree_entry* entry = git_tree_entry_byindex(tree.get(), i);
      DAGITOPS_TRY(WriteEntry(*entry, inside + git_tree_entry_name(entry), depth));
    }
    return Ok();
  }

 private:
  Status WriteEntry(const git_tree_entry& entry, const std::string& path, int depth) {
    if (++files_ > limits_.files) return TooLarge(path, "more than " + std::to_string(limits_.files) + " files");
    switch (git_tree_entry_type(&entry)) {
      case GIT_OBJECT_TREE:
        if (mkdir(OnDisk(path).c_str(), 0755) != 0) return Unwritable(OnDisk(path));
        return Write(*git_tree_entry_id(&entry), path + "/", depth + 1);
      case GIT_OBJECT_BLOB:
        return WriteBlob(entry, path);
      default:
        return Refused("code-submodule", path, "is a submodule, which has no files here",
                       "commit the files themselves, or leave it out of the location's folder");
    }
  }

  Status WriteBlob(const git_tree_entry& entry, const std::string& path) {
    BlobPtr blob;
    const git_oid* id = git_tree_entry_id(&entry);
    if (Take(blob, [&](git_blob** out) { return git_blob_lookup(out, repository_, id); }) != 0) {
      return LibraryError(ErrorKind::kRetry, "code-missing", path, "reading a file of the code");
    }
    const std::string_view text(static_cast<const char*>(git_blob_rawcontent(blob.get())),
                                static_cast<std::size_t>(git_blob_rawsize(blob.get())));
    bytes_ += text.size();
    if (bytes_ > limits_.bytes) return TooLarge(path, "more than " + std::to_string(limits_.bytes >> 20) + " MiB");
    const git_filemode_t mode = git_tree_entry_filemode(&entry);
    if (mode == GIT_FILEMODE_LINK) return WriteLink(path, std::string(text));
    if (text.size() < kLfsMost && text.starts_with(kLfsStart)) {
      return Refused("code-lfs", path, "is a git-lfs pointer, not the file",
                     "commit the file itself, or fetch it in the code when it runs");
    }
    return WriteFile(path, text, mode == GIT_FILEMODE_BLOB_EXECUTABLE ? 0555 : 0444);
  }

  Status WriteLink(const std::string& path, const std::string& target) const {
    if (!StaysInside(path, target)) {
      return Refused("code-symlink", path, "is a symlink that leads out of the location's folder",
                     "point it inside of the folder, or commit the file itself");
    }
    if (symlink(target.c_str(), OnDisk(path).c_str()) != 0) return Unwritable(OnDisk(path));
    return Ok();
  }

  Status WriteFile(const std::string& path, std::string_view text, mode_t mode) const {
    const std::string on_disk = OnDisk(path);
    const int fd = open(on_disk.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return Unwritable(on_disk);
    while (!text.empty()) {
      const ssize_t written = write(fd, text.data(), text.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) break;
      text.remove_prefix(static_cast<std::size_t>(written));
    }
    const bool whole = text.empty() && fchmod(fd, mode) == 0;
    const Error error = Unwritable(on_disk);
    if (close(fd) != 0 || !whole) return error;
    return Ok();
  }

  Error TooLarge(const std::string& path, const std::string& what) const {
    return Refused("code-too-large", path, "the location's folder is " + what,
                   "keep data and generated files out of it");
  }

  std::string OnDisk(const std::string& path) const { return folder_ + "/" + path; }

  git_repository* repository_;
  std::string folder_;
  const CodeLimits& limits_;
  std::size_t files_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace

bool StaysInside(const std::string& path, const std::string& target) {
  namespace fs = std::filesystem;
  if (target.empty() || target.front() == '/') return false;
  const fs::path resolved = (fs::path(path).parent_path() / target).lexically_normal();
  return resolved.empty() || *resolved.begin() != "..";
}

Status WriteTree(git_repository* repository, const git_oid& tree, const std::string& folder, const CodeLimits& limits) {
  return Writer(repository, folder, limits).Write(tree, "", 0);
}

}  // namespace dagitops::git
