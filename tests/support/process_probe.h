#pragma once

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <thread>

namespace dagitops::support {

// Asks every 5 ms, for at most `limit`. For what another process does; unit tests never wait.
inline bool Eventually(const std::function<bool()>& condition,
                       std::chrono::milliseconds limit = std::chrono::seconds(20)) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (std::chrono::steady_clock::now() < end) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return condition();
}

inline std::string ReadText(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// True while a process other than this one has `argument` in its command line; the dead have none.
inline bool SomeProcessHasArgument(const std::string& argument) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos || name == std::to_string(getpid())) continue;
    if (ReadText(entry.path() / "cmdline").find(argument) != std::string::npos) return true;
  }
  return false;
}

// True when a SigBlk or SigIgn mask of /proc/<pid>/status (hexadecimal) holds none of signals 1 to 31. glibc ignores
// two of its own, 32 and 33, in what posix_spawn starts.
inline bool NoSignalIn(const std::string& mask) { return (std::stoull(mask, nullptr, 16) & 0x7fffffffu) == 0; }

// A folder of a test's own, removed with it.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "dagitops-XXXXXX").string();
    path_ = mkdtemp(name.data()) == nullptr ? "" : name;
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }

  const std::string& path() const { return path_; }
  std::string At(const std::string& name) const { return path_ + "/" + name; }

  std::string Write(const std::string& name, const std::string& text, mode_t mode = 0644) const {
    const std::filesystem::path file = At(name);
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
    chmod(file.c_str(), mode);
    return file;
  }

 private:
  std::string path_;
};

}  // namespace dagitops::support
