#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dagitops/base/clock.h"
#include "dagitops/base/result.h"

namespace dagitops {

// Who keeps a state folder in line at the moment.
struct LockHolder {
  long long pid = 0;
  WallTime since{};
  std::string command;  // "serve"

  std::string Text() const;  // "dagitops serve, pid 123, since 2026-11-22T13:20:05Z"
};

// One writer a state folder: an open-file-description lock (fcntl(2), F_OFD_SETLK) on the file `lock` in it. The kernel
// gives it back when the process ends, however it ends, so that a stale lock does not exist; what the file says about
// its holder is for people only. The file itself is never removed. Commands that are started while the lock is held do
// not inherit it (O_CLOEXEC).
class FileLock {
 public:
  // Makes the folder (mode 0700) if it is missing. kRetry state-locked, naming the holder, while another has it.
  static Result<FileLock> Acquire(const std::string& dir, std::string_view command, const Clock& clock);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();

 private:
  explicit FileLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

// The holder of the folder's lock, without taking it; nullopt when nobody has it or there is no such folder. pid is 0
// for a holder that has not yet written who it is.
Result<std::optional<LockHolder>> FindLockHolder(const std::string& dir);

}  // namespace dagitops
