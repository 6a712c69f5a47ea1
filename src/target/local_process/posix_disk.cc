#include "dagitops/target/local_process/posix_disk.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

namespace dagitops {
namespace {

namespace fs = std::filesystem;

Error DiskError(const std::string& path, const std::string& doing, int number) {
  const bool passes = number == ENOSPC || number == ENOMEM || number == EMFILE || number == ENFILE || number == EINTR;
  return {passes ? ErrorKind::kRetry : ErrorKind::kStalled, "disk-failed", path,
          doing + " failed: " + std::generic_category().message(number),
          number == ENOSPC ? "free some room on that disk" : ""};
}

// An open file that is closed with its owner.
class File {
 public:
  File(const std::string& path, int flags) : fd_(open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  bool valid() const { return fd_ >= 0; }
  int get() const { return fd_; }

 private:
  int fd_;
};

bool WriteAll(const File& file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = write(file.get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool ReadAll(const File& file, std::string& bytes) {
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t count = read(file.get(), bytes.data() + filled, bytes.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    if (count == 0) break;  // the file became shorter meanwhile
    filled += static_cast<std::size_t>(count);
  }
  bytes.resize(filled);
  return true;
}

bool WriteAndSync(const std::string& path, std::string_view bytes) {
  const File file(path, O_WRONLY | O_CREAT | O_TRUNC);
  return file.valid() && WriteAll(file, bytes) && fsync(file.get()) == 0;
}

// Without it the new name may be lost with the power, though the bytes are not.
bool SyncFolderOf(const std::string& path) {
  const File folder(fs::path(path).parent_path(), O_RDONLY | O_DIRECTORY);
  return folder.valid() && fsync(folder.get()) == 0;
}

WallTime ToWallTime(const struct timespec& time) {
  return WallTime(std::chrono::seconds(time.tv_sec) +
                  std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(time.tv_nsec)));
}

// Python's virtual environments have read-only folders now and then, and laid-out code always.
void MakeWritable(const std::string& folder) {
  std::error_code ignored;
  fs::permissions(folder, fs::perms::owner_all, fs::perm_options::add, ignored);
  for (fs::recursive_directory_iterator entry(folder, ignored), end; entry != end; entry.increment(ignored)) {
    if (entry->is_directory(ignored) && !entry->is_symlink(ignored)) {
      fs::permissions(entry->path(), fs::perms::owner_all, fs::perm_options::add, ignored);
    }
  }
}

}  // namespace

Result<std::optional<std::string>> PosixDisk::Read(const std::string& path, std::size_t max_bytes) {
  const File file(path, O_RDONLY);
  if (!file.valid()) {
    if (errno == ENOENT || errno == ENOTDIR) return std::optional<std::string>();
    return DiskError(path, "opening", errno);
  }
  struct stat info {};
  if (fstat(file.get(), &info) != 0) return DiskError(path, "reading", errno);
  if (S_ISDIR(info.st_mode)) return DiskError(path, "reading", EISDIR);
  const auto size = static_cast<std::size_t>(info.st_size);
  std::string bytes(std::min(size, max_bytes), '\0');
  if (lseek(file.get(), static_cast<off_t>(size - bytes.size()), SEEK_SET) < 0 || !ReadAll(file, bytes)) {
    return DiskError(path, "reading", errno);
  }
  return std::optional(std::move(bytes));
}

Status PosixDisk::Write(const std::string& path, std::string_view bytes) {
  const std::string beside = path + ".new";
  if (WriteAndSync(beside, bytes) && rename(beside.c_str(), path.c_str()) == 0 && SyncFolderOf(path)) return Ok();
  const int number = errno;
  unlink(beside.c_str());
  return DiskError(path, "writing", number);
}

Status PosixDisk::Remove(const std::string& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (error == std::errc::permission_denied && fs::is_directory(path)) {
    MakeWritable(path);
    fs::remove_all(path, error);
  }
  if (error) return DiskError(path, "removing", error.value());
  return Ok();
}

Result<std::vector<DiskEntry>> PosixDisk::List(const std::string& folder) {
  std::vector<DiskEntry> entries;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    struct stat info {};
    // What vanished between the listing and this question was not there.
    if (lstat(entry->path().c_str(), &info) != 0) continue;
    const bool file = S_ISREG(info.st_mode);
    entries.push_back({entry->path().filename(), S_ISDIR(info.st_mode),
                       file ? static_cast<std::uint64_t>(info.st_size) : 0, ToWallTime(info.st_mtim)});
  }
  if (error && error != std::errc::no_such_file_or_directory) return DiskError(folder, "listing", error.value());
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return entries;
}

Result<FolderRights> PosixDisk::MakeFolder(const std::string& path) {
  std::error_code error;
  const fs::path parent = fs::path(path).parent_path();
  if (!parent.empty() && !fs::exists(parent, error)) DAGITOPS_TRY(MakeFolder(parent));
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return DiskError(path, "making the folder", errno);
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) return DiskError(path, "making the folder", errno);
  if (!S_ISDIR(info.st_mode)) return DiskError(path, "making the folder", ENOTDIR);
  return FolderRights{info.st_uid == geteuid(), (info.st_mode & 0011u) != 0};
}

Status PosixDisk::Rotate(const std::string& path, int keep) {
  std::error_code error;
  for (int number = keep - 1; number >= 1; --number) {
    fs::rename(path + "." + std::to_string(number), path + "." + std::to_string(number + 1), error);
    if (error && error != std::errc::no_such_file_or_directory) return DiskError(path, "rotating", error.value());
  }
  error.clear();
  if (keep > 0) fs::copy_file(path, path + ".1", fs::copy_options::overwrite_existing, error);
  if (error) return DiskError(path, "rotating", error.value());
  if (truncate(path.c_str(), 0) != 0 && errno != ENOENT) return DiskError(path, "emptying", errno);
  return Ok();
}

}  // namespace dagitops
