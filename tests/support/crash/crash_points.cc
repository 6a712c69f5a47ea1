// Preloaded into the built program, unchanged as it is: counts every call by which it touches the world outside, and
// ends it by SIGKILL just before the one it is told. Between two such calls nothing outside changes, so that killing
// before each of them is killing at every moment that can make a difference, each seam call's among them.
//
//   DAGITOPS_CRASH_ARM=FILE  counting begins once FILE exists
//   DAGITOPS_CRASH_AT=N      end before the Nth counted call; 0 or unset: only count
//   DAGITOPS_CRASH_LOG=FILE  one line per counted call: "<number> <function> <what>"
//
// Counted: making, writing, renaming and removing files, syncing, starting and signalling processes, and
// talking to sockets. Reading is not. Only the process that was started with it counts, not what it forks.
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

struct Settings {
  pid_t self = getpid();
  const char* arm = std::getenv("DAGITOPS_CRASH_ARM");
  const char* log = std::getenv("DAGITOPS_CRASH_LOG");
  long at = std::getenv("DAGITOPS_CRASH_AT") ? std::atol(std::getenv("DAGITOPS_CRASH_AT")) : 0;
  std::atomic<bool> armed{false};
  std::atomic<long> count{0};
};

Settings& Our() {
  static Settings settings;
  return settings;
}

// By system calls of its own: what it does must not be counted.
bool Exists(const char* path) {
  struct stat info {};
  return syscall(SYS_newfstatat, AT_FDCWD, path, &info, 0) == 0;
}

void Note(const char* path, long number, const char* function, const char* what) {
  char line[512];
  const int size = std::snprintf(line, sizeof line, "%ld %s %s\n", number, function, what);
  const long fd = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (fd < 0) return;
  syscall(SYS_write, fd, line, size < static_cast<int>(sizeof line) ? size : static_cast<int>(sizeof line) - 1);
  syscall(SYS_close, fd);
}

void Point(const char* function, const char* what) {
  const int saved = errno;
  Settings& our = Our();
  if (our.arm != nullptr && getpid() == our.self) {
    if (!our.armed && Exists(our.arm)) our.armed = true;
    if (our.armed) {
      const long number = ++our.count;
      if (our.log != nullptr) Note(our.log, number, function, what);
      if (number == our.at) syscall(SYS_kill, getpid(), SIGKILL);
    }
  }
  errno = saved;
}

// Where a descriptor leads, for the log; false for pipes, terminals and /dev: outputs, not the world.
bool IsFile(int fd, char* path, std::size_t size) {
  char link[64];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const long length = syscall(SYS_readlinkat, AT_FDCWD, link, path, size - 1);
  if (length <= 0) return false;
  path[length] = '\0';
  struct stat info {};
  return fd > 2 && syscall(SYS_fstat, fd, &info) == 0 && S_ISREG(info.st_mode);
}

void FilePoint(const char* function, int fd) {
  char path[256] = "";
  if (IsFile(fd, path, sizeof path)) Point(function, path);
}

template <class F>
F* Next(const char* name) {
  return reinterpret_cast<F*>(dlsym(RTLD_NEXT, name));
}

bool Writes(int flags) { return (flags & (O_CREAT | O_WRONLY | O_RDWR)) != 0; }

mode_t Mode(int flags, va_list arguments) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

}  // namespace

// Same name, same meaning, one point before it.
#define CRASH_POINT(result, name, parameters, arguments, what) \
  extern "C" result name parameters {                          \
    static auto* const next = Next<result parameters>(#name);  \
    Point(#name, what);                                        \
    return next arguments;                                     \
  }
#define CRASH_POINT_FD(result, name, parameters, arguments)   \
  extern "C" result name parameters {                         \
    static auto* const next = Next<result parameters>(#name); \
    FilePoint(#name, fd);                                     \
    return next arguments;                                    \
  }

CRASH_POINT(int, rename, (const char* from, const char* to), (from, to), to)
CRASH_POINT(int, renameat, (int a, const char* from, int b, const char* to), (a, from, b, to), to)
CRASH_POINT(int, renameat2, (int a, const char* from, int b, const char* to, unsigned flags), (a, from, b, to, flags),
            to)
CRASH_POINT(int, link, (const char* from, const char* to), (from, to), to)
CRASH_POINT(int, symlink, (const char* target, const char* path), (target, path), path)
CRASH_POINT(int, symlinkat, (const char* target, int fd, const char* path), (target, fd, path), path)
CRASH_POINT(int, unlink, (const char* path), (path), path)
CRASH_POINT(int, unlinkat, (int fd, const char* path, int flags), (fd, path, flags), path)
CRASH_POINT(int, remove, (const char* path), (path), path)
CRASH_POINT(int, rmdir, (const char* path), (path), path)
CRASH_POINT(int, mkdir, (const char* path, mode_t mode), (path, mode), path)
CRASH_POINT(int, mkdirat, (int fd, const char* path, mode_t mode), (fd, path, mode), path)
CRASH_POINT(int, chmod, (const char* path, mode_t mode), (path, mode), path)
CRASH_POINT(int, fchmodat, (int fd, const char* path, mode_t mode, int flags), (fd, path, mode, flags), path)
CRASH_POINT(int, kill, (pid_t pid, int number), (pid, number), number == 0 ? "0" : "signal")
CRASH_POINT(int, killpg, (pid_t group, int number), (group, number), "signal")
CRASH_POINT(int, connect, (int fd, const sockaddr* to, socklen_t size), (fd, to, size), "")
CRASH_POINT(ssize_t, send, (int fd, const void* data, std::size_t size, int flags), (fd, data, size, flags), "")
CRASH_POINT(ssize_t, sendto,
            (int fd, const void* data, std::size_t size, int flags, const sockaddr* to, socklen_t length),
            (fd, data, size, flags, to, length), "")
CRASH_POINT(ssize_t, sendmsg, (int fd, const msghdr* message, int flags), (fd, message, flags), "")
CRASH_POINT(int, pidfd_send_signal, (int fd, int number, siginfo_t* info, unsigned flags), (fd, number, info, flags),
            "signal")
CRASH_POINT_FD(ssize_t, write, (int fd, const void* data, std::size_t size), (fd, data, size))
CRASH_POINT_FD(ssize_t, pwrite, (int fd, const void* data, std::size_t size, off_t at), (fd, data, size, at))
CRASH_POINT_FD(ssize_t, pwrite64, (int fd, const void* data, std::size_t size, off64_t at), (fd, data, size, at))
CRASH_POINT_FD(ssize_t, writev, (int fd, const iovec* pieces, int count), (fd, pieces, count))
CRASH_POINT_FD(int, fsync, (int fd), (fd))
CRASH_POINT_FD(int, fdatasync, (int fd), (fd))
CRASH_POINT_FD(int, ftruncate, (int fd, off_t size), (fd, size))
CRASH_POINT_FD(int, fchmod, (int fd, mode_t mode), (fd, mode))

// Making a process is two moments: before it, and after it while nobody knows of it yet.
#define CRASH_SPAWN(name)                                                                                      \
  extern "C" int name(pid_t* pid, const char* path, const posix_spawn_file_actions_t* actions,                 \
                      const posix_spawnattr_t* attributes, char* const* arguments, char* const* environment) { \
    static auto* const next = Next<decltype(name)>(#name);                                                     \
    Point(#name, path);                                                                                        \
    const int result = next(pid, path, actions, attributes, arguments, environment);                           \
    Point(#name " done", path);                                                                                \
    return result;                                                                                             \
  }
CRASH_SPAWN(posix_spawn)
CRASH_SPAWN(posix_spawnp)

#define CRASH_OPEN(name)                                                          \
  extern "C" int name(const char* path, int flags, ...) {                         \
    static auto* const next = Next<int(const char*, int, mode_t)>(#name);         \
    va_list arguments;                                                            \
    va_start(arguments, flags);                                                   \
    const mode_t mode = Mode(flags, arguments);                                   \
    va_end(arguments);                                                            \
    if (Writes(flags) && std::strncmp(path, "/dev/", 5) != 0) Point(#name, path); \
    return next(path, flags, mode);                                               \
  }
CRASH_OPEN(open)
CRASH_OPEN(open64)

#define CRASH_OPENAT(name)                                                     \
  extern "C" int name(int fd, const char* path, int flags, ...) {              \
    static auto* const next = Next<int(int, const char*, int, mode_t)>(#name); \
    va_list arguments;                                                         \
    va_start(arguments, flags);                                                \
    const mode_t mode = Mode(flags, arguments);                                \
    va_end(arguments);                                                         \
    if (Writes(flags)) Point(#name, path);                                     \
    return next(fd, path, flags, mode);                                        \
  }
CRASH_OPENAT(openat)
CRASH_OPENAT(openat64)
