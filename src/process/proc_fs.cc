#include "process/proc_fs.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>

#include "dagitops/base/text.h"

#include "process/fd.h"

namespace dagitops {
namespace {

// An environment can be no longer than a few MiB (execve(2)); this is for a /proc that never ends.
constexpr std::size_t kMaxBytes = 8u << 20;

std::optional<std::string> ReadWhole(const std::string& path) {
  const Fd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return std::nullopt;
  std::string text;
  std::array<char, 16384> buffer{};
  while (text.size() < kMaxBytes) {
    const ssize_t count = read(file.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::nullopt;
    if (count == 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return text;
}

template <class T>
std::optional<T> ParseNumber(std::string_view text) {
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string ProcPath(pid_t pid, const char* file) { return "/proc/" + std::to_string(pid) + "/" + file; }

bool OwnedByUs(pid_t pid) {
  struct stat info {};
  return stat(("/proc/" + std::to_string(pid)).c_str(), &info) == 0 && info.st_uid == geteuid();
}

}  // namespace

std::optional<ProcStat> ParseProcStat(std::string_view text) {
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string_view::npos) return std::nullopt;
  // Fields from the third on: state ppid pgrp session ... and the 22nd is the start time.
  const std::vector<std::string> fields = Split(Trim(text.substr(name_end + 1)), ' ');
  if (fields.size() < 20 || fields[0].size() != 1) return std::nullopt;
  const auto group = ParseNumber<pid_t>(fields[2]);
  const auto session = ParseNumber<pid_t>(fields[3]);
  const auto start = ParseNumber<unsigned long long>(fields[19]);
  if (!group || !session || !start) return std::nullopt;
  return ProcStat{fields[0][0], *group, *session, *start};
}

std::optional<std::string> FindVariable(std::string_view environ, std::string_view key) {
  while (!environ.empty()) {
    const std::size_t end = std::min(environ.find('\0'), environ.size());
    const std::string_view variable = environ.substr(0, end);
    if (variable.size() > key.size() && variable.starts_with(key) && variable[key.size()] == '=') {
      return std::string(variable.substr(key.size() + 1));
    }
    environ.remove_prefix(std::min(end + 1, environ.size()));
  }
  return std::nullopt;
}

std::optional<ProcStat> ReadProcStat(pid_t pid) {
  const auto text = ReadWhole(ProcPath(pid, "stat"));
  return text ? ParseProcStat(*text) : std::nullopt;
}

std::optional<std::string> ReadVariable(pid_t pid, std::string_view key) {
  const auto text = ReadWhole(ProcPath(pid, "environ"));
  return text ? FindVariable(*text, key) : std::nullopt;
}

std::vector<pid_t> OwnProcesses() {
  std::vector<pid_t> pids;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir("/proc"), closedir);
  if (!folder) return pids;
  while (const dirent* entry = readdir(folder.get())) {
    const auto pid = ParseNumber<pid_t>(entry->d_name);
    if (pid && OwnedByUs(*pid)) pids.push_back(*pid);
  }
  std::sort(pids.begin(), pids.end());
  return pids;
}

std::string BootId() {
  const auto text = ReadWhole("/proc/sys/kernel/random/boot_id");
  return text ? std::string(Trim(*text)) : std::string();
}

}  // namespace dagitops
