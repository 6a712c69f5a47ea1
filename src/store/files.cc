#include "store/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "store/file_calls.h"

namespace dagitops {
namespace {

// Closes a descriptor of a FileCalls when the scope is left early.
class Descriptor {
 public:
  Descriptor(FileCalls& disk, int fd) : disk_(disk), fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) disk_.Close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return fd_; }
  int Close() { return disk_.Close(std::exchange(fd_, -1)); }

 private:
  FileCalls& disk_;
  int fd_;
};

// True when every byte was taken; errno says why not.
bool WriteAll(FileCalls& disk, int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t wrote = disk.Write(fd, text.data(), text.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return true;
}

Status WriteNew(FileCalls& disk, const std::string& path, std::string_view text) {
  Descriptor file(disk, disk.Open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (file.get() < 0) return FileError(path, "creating", errno);
  if (!WriteAll(disk, file.get(), text)) return FileError(path, "writing", errno);
  if (disk.Sync(file.get()) != 0) return FileError(path, "syncing", errno);
  // Some file systems report a full disk only here.
  if (file.Close() != 0) return FileError(path, "closing", errno);
  return Ok();
}

Status SyncFolder(FileCalls& disk, const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const Descriptor opened(disk, disk.Open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0));
  if (opened.get() < 0) return FileError(folder, "opening", errno);
  if (disk.Sync(opened.get()) != 0) return FileError(folder, "syncing", errno);
  return Ok();
}

}  // namespace

Error FileError(const std::string& path, std::string_view doing, int number) {
  Error error{.kind = ErrorKind::kRetry,
              .code = "store-io",
              .subject = path,
              .message = std::string(doing) + " it failed: " + std::strerror(number),
              .hint = {}};
  if (number == ENOSPC || number == EDQUOT || number == EFBIG) {
    error.code = "store-full";
    error.hint = "make room on its file system";
  } else if (number == EACCES || number == EPERM || number == EROFS) {
    error.kind = ErrorKind::kStalled;
    error.code = "store-denied";
    error.hint = "let the user that dagitops runs as write there, or set stateDir to another folder";
  }
  return error;
}

Status WriteAtomically(FileCalls& disk, const std::string& path, std::string_view text) {
  const std::string beside = path + ".tmp";
  if (Status written = WriteNew(disk, beside, text); !written) {
    unlink(beside.c_str());
    return written;
  }
  if (disk.Rename(beside.c_str(), path.c_str()) != 0) {
    const int number = errno;
    unlink(beside.c_str());
    return FileError(path, "replacing", number);
  }
  return SyncFolder(disk, path);
}

Result<std::optional<std::string>> ReadWhole(const std::string& path, std::size_t limit) {
  FileCalls& disk = SystemFileCalls();
  const Descriptor file(disk, disk.Open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0));
  if (file.get() < 0 && errno == ENOENT) return std::optional<std::string>();
  if (file.get() < 0) return FileError(path, "opening", errno);
  std::string text;
  std::array<char, 16384> chunk{};
  for (;;) {
    const ssize_t got = read(file.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FileError(path, "reading", errno);
    if (got == 0) return std::optional(std::move(text));
    text.append(chunk.data(), static_cast<std::size_t>(got));
    if (text.size() <= limit) continue;
    return Error{.kind = ErrorKind::kInvalid,
                 .code = "store-too-large",
                 .subject = path,
                 .message = "it is longer than " + std::to_string(limit) + " bytes",
                 .hint = {}};
  }
}

Status MakeFolder(const std::string& path) {
  if (mkdir(path.c_str(), 0700) == 0) return Ok();
  const int number = errno;
  std::error_code ignored;
  if (number == EEXIST && std::filesystem::is_directory(path, ignored)) return Ok();
  if (number != ENOENT) return FileError(path, "creating", number == EEXIST ? ENOTDIR : number);
  const std::string above = std::filesystem::path(path).parent_path().string();
  if (above.empty() || above == path) return FileError(path, "creating", number);
  DAGITOPS_TRY(MakeFolder(above));
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return FileError(path, "creating", errno);
  return Ok();
}

bool IsPlainName(std::string_view name) {
  constexpr std::size_t kLongest = 100;
  const auto plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= kLongest && name.front() != '.' && name.front() != '-' &&
         std::all_of(name.begin(), name.end(), plain);
}

}  // namespace dagitops
