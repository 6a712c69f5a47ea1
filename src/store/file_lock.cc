#include "dagitops/store/file_lock.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "store/document.h"
#include "store/files.h"

namespace dagitops {
namespace {

constexpr DocumentKind kHolder{.code = "lock-json", .version = 1};
constexpr std::size_t kLargest = 4096;

std::string LockPath(const std::string& dir) { return dir + "/lock"; }

struct flock WholeFile() {
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  return whole;
}

// What the file says; only for people, the kernel knows whether it still holds.
LockHolder ReadHolder(const std::string& path);

Error Locked(const std::string& dir, const LockHolder& holder) {
  return {.kind = ErrorKind::kRetry,
          .code = "state-locked",
          .subject = dir,
          .message = "this state folder is in the hands of " + holder.Text(),
          .hint = "end that process first, or give this one another stateDir"};
}

// Says in the file who we are. Nothing depends on it, so a disk that is full is no reason to refuse.
void WriteHolder(int fd, const std::string& text) {
  if (ftruncate(fd, 0) == 0) [[maybe_unused]]
    const ssize_t wrote = pwrite(fd, text.data(), text.size(), 0);
}

}  // namespace

template <class A>
void Fields(A& a, Same<LockHolder> auto& h) {
  a.Field("pid", h.pid);
  a.Field("since", h.since);
  a.Field("command", h.command);
}

namespace {

LockHolder ReadHolder(const std::string& path) {
  const auto text = ReadWhole(path, kLargest);
  if (!text || !*text) return {};
  auto holder = ReadDocument<LockHolder>(**text, kHolder);
  return holder ? std::move(holder).value() : LockHolder{};
}

}  // namespace

std::string LockHolder::Text() const {
  if (pid == 0) return "another dagitops";
  return "dagitops " + command + ", pid " + std::to_string(pid) + ", since " + FormatTime(since);
}

Result<FileLock> FileLock::Acquire(const std::string& dir, std::string_view command, const Clock& clock) {
  DAGITOPS_TRY(MakeFolder(dir));
  const std::string path = LockPath(dir);
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return FileError(path, "opening", errno);
  FileLock lock(fd);
  struct flock whole = WholeFile();
  if (fcntl(fd, F_OFD_SETLK, &whole) != 0) {
    if (errno == EAGAIN || errno == EACCES) return Locked(dir, ReadHolder(path));
    return FileError(path, "locking", errno);
  }
  const LockHolder us{.pid = getpid(), .since = clock.Now(), .command = std::string(command)};
  WriteHolder(fd, WriteDocument(us, kHolder));
  return lock;
}

FileLock::FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

FileLock::~FileLock() {
  if (fd_ >= 0) close(fd_);
}

Result<std::optional<LockHolder>> FindLockHolder(const std::string& dir) {
  const std::string path = LockPath(dir);
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0 && (errno == ENOENT || errno == ENOTDIR)) return std::optional<LockHolder>();
  if (fd < 0) return FileError(path, "opening", errno);
  struct flock whole = WholeFile();
  const int asked = fcntl(fd, F_OFD_GETLK, &whole);
  const int number = errno;
  close(fd);
  if (asked != 0) return FileError(path, "asking for the lock of", number);
  if (whole.l_type == F_UNLCK) return std::optional<LockHolder>();
  return std::optional(ReadHolder(path));
}

}  // namespace dagitops
