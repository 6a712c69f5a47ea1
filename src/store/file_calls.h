#pragma once

#include <sys/types.h>

#include <cstddef>

namespace dagitops {

// The calls of the system that writing a file takes, as the system has them: -1 and errno for failures. A seam, so that
// tests can make every single one fail. Safe to call from any thread.
class FileCalls {
 public:
  virtual ~FileCalls() = default;
  virtual int Open(const char* path, int flags, mode_t mode);
  virtual ssize_t Write(int fd, const char* data, std::size_t size);
  virtual int Sync(int fd);
  virtual int Close(int fd);
  virtual int Rename(const char* from, const char* to);
};

// The machine's own.
FileCalls& SystemFileCalls();

}  // namespace dagitops
