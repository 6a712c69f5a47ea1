#include "source/git/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>

namespace dagitops::git {
namespace {

constexpr Duration kPause{20};

}  // namespace

Result<FileLock> FileLock::Take(const std::string& file, Duration deadline, const std::stop_token& stop) {
  const int descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return Error{ErrorKind::kStalled, "git-mirror-unwritable", file,
                 std::string("could not open the lock: ") + std::strerror(errno),
                 "give this user write access to the folder"};
  }
  FileLock lock(descriptor);
  const auto end = std::chrono::steady_clock::now() + deadline;
  while (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (std::chrono::steady_clock::now() >= end || stop.stop_requested()) {
      return Error{ErrorKind::kRetry, "git-mirror-busy", file, "another fetch holds the mirror",
                   "it is tried again; if this lasts, look for another dagitops with the same state folder"};
    }
    std::this_thread::sleep_for(kPause);
  }
  return lock;
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

}  // namespace dagitops::git
