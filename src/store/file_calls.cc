#include "store/file_calls.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

namespace dagitops {

int FileCalls::Open(const char* path, int flags, mode_t mode) { return open(path, flags, mode); }
ssize_t FileCalls::Write(int fd, const char* data, std::size_t size) { return write(fd, data, size); }
int FileCalls::Sync(int fd) { return fsync(fd); }
int FileCalls::Close(int fd) { return close(fd); }
int FileCalls::Rename(const char* from, const char* to) { return rename(from, to); }

FileCalls& SystemFileCalls() {
  static FileCalls disk;
  return disk;
}

}  // namespace dagitops
