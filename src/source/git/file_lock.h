#pragma once

#include <stop_token>
#include <string>

#include "dagitops/base/clock.h"
#include "dagitops/base/result.h"

namespace dagitops::git {

// A lock on a file between processes and between sources of one process, given up when its holder dies, however it
// dies.
class FileLock {
 public:
  // Tries until the deadline, or until stopping is asked for; then "git-mirror-busy" (kRetry). Uses the real clock.
  static Result<FileLock> Take(const std::string& file, Duration deadline, const std::stop_token& stop = {});

  FileLock(FileLock&& other) noexcept : descriptor_(other.descriptor_) { other.descriptor_ = -1; }
  FileLock& operator=(FileLock&&) = delete;
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

}  // namespace dagitops::git
