#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dagitops/target/local_process/disk.h"

#include "support/fake_clock.h"
#include "support/faults.h"

namespace dagitops::support {

// Files and folders as values. Folders are only there when they were made.
class FakeDisk final : public Disk {
 public:
  explicit FakeDisk(const Clock& clock) : clock_(clock) {}

  Result<std::optional<std::string>> Read(const std::string& path, std::size_t max_bytes) override {
    if (const auto error = failing.find(path); error != failing.end()) return error->second;
    const auto file = files.find(path);
    if (file == files.end() || file->second.folder) return std::optional<std::string>();
    const std::string& text = file->second.text;
    return std::optional(text.size() > max_bytes ? text.substr(text.size() - max_bytes) : text);
  }

  Status Write(const std::string& path, std::string_view bytes) override {
    if (const auto error = failing.find(path); error != failing.end()) return error->second;
    if (!files.contains(path.substr(0, path.rfind('/')))) return Missing(path);
    files[path] = {std::string(bytes), false, clock_.Now()};
    files[path.substr(0, path.rfind('/'))].modified = clock_.Now();
    written.push_back(path);
    return Ok();
  }

  Status Remove(const std::string& path) override {
    if (const auto error = failing.find(path); error != failing.end()) return error->second;
    std::erase_if(files, [&](const auto& file) { return file.first == path || file.first.starts_with(path + "/"); });
    return Ok();
  }

  Result<std::vector<DiskEntry>> List(const std::string& folder) override {
    if (const auto error = failing.find(folder); error != failing.end()) return error->second;
    std::vector<DiskEntry> entries;
    for (const auto& [path, file] : files) {
      if (path.substr(0, path.rfind('/')) != folder) continue;
      entries.push_back({path.substr(folder.size() + 1), file.folder, file.text.size(), file.modified});
    }
    return entries;
  }

  Result<FolderRights> MakeFolder(const std::string& path) override {
    if (const auto error = failing.find(path); error != failing.end()) return error->second;
    for (std::size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
      files.try_emplace(path.substr(0, slash), File{"", true, clock_.Now()});
    }
    files.try_emplace(path, File{"", true, clock_.Now()});
    return rights;
  }

  Status Rotate(const std::string& path, int keep) override {
    rotated.push_back(path + " " + std::to_string(keep));
    files[path].text.clear();
    return Ok();
  }

  // For tests: puts a file there, with the folders above it.
  void Put(const std::string& path, const std::string& text) {
    MakeFolder(path.substr(0, path.rfind('/')));
    files[path] = {text, false, clock_.Now()};
  }
  void Append(const std::string& path, const std::string& text) {
    Put(path, (files.contains(path) ? files[path].text : "") + text);
  }
  bool Has(const std::string& path) const { return files.contains(path); }

  struct File {
    std::string text;
    bool folder = false;
    WallTime modified{};
  };
  std::map<std::string, File> files;
  std::map<std::string, Error> failing;  // what calls for this path give
  FolderRights rights;
  std::vector<std::string> written;
  std::vector<std::string> rotated;

 private:
  static Error Missing(const std::string& path) {
    return {ErrorKind::kStalled, "disk-failed", path, "its folder does not exist", ""};
  }

  const Clock& clock_;
};

// A disk whose calls count, and go wrong, with all others that share `faults`.
class FailingDisk final : public Disk {
 public:
  FailingDisk(Disk& inner, Faults& faults) : inner_(inner), faults_(faults) {}

  Result<std::optional<std::string>> Read(const std::string& path, std::size_t max_bytes) override {
    return faults_.Around("disk.Read " + path, [&] { return inner_.Read(path, max_bytes); });
  }
  Status Write(const std::string& path, std::string_view bytes) override {
    return faults_.Around("disk.Write " + path, [&] { return inner_.Write(path, bytes); });
  }
  Status Remove(const std::string& path) override {
    return faults_.Around("disk.Remove " + path, [&] { return inner_.Remove(path); });
  }
  Result<std::vector<DiskEntry>> List(const std::string& folder) override {
    return faults_.Around("disk.List " + folder, [&] { return inner_.List(folder); });
  }
  Result<FolderRights> MakeFolder(const std::string& path) override {
    return faults_.Around("disk.MakeFolder " + path, [&] { return inner_.MakeFolder(path); });
  }
  Status Rotate(const std::string& path, int keep) override {
    return faults_.Around("disk.Rotate " + path, [&] { return inner_.Rotate(path, keep); });
  }

 private:
  Disk& inner_;
  Faults& faults_;
};

}  // namespace dagitops::support
