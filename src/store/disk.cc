#include "store/disk.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

namespace dagitops {

int Disk::Open(const char* path, int flags, mode_t mode) { return open(path, flags, mode); }
ssize_t Disk::Write(int fd, const char* data, std::size_t size) { return write(fd, data, size); }
int Disk::Sync(int fd) { return fsync(fd); }
int Disk::Close(int fd) { return close(fd); }
int Disk::Rename(const char* from, const char* to) { return rename(from, to); }

Disk& SystemDisk() {
  static Disk disk;
  return disk;
}

}  // namespace dagitops
