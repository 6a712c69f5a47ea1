#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/base/result.h"

namespace dagitops {

struct DiskEntry {
  std::string name;
  bool folder = false;
  std::uint64_t size = 0;  // bytes; 0 for folders and sockets
  WallTime modified{};

  friend bool operator==(const DiskEntry&, const DiskEntry&) = default;
};

struct FolderRights {
  bool ours = true;             // owned by the user we run as
  bool open_to_others = false;  // another user may at least enter it
};

// What the local target keeps on disk: its inventory, workspace.yaml, logs, sockets, virtual environments. Paths are
// absolute. Failures are kRetry when room or memory is missing, else kStalled: somebody has to look at the disk.
class Disk {
 public:
  virtual ~Disk() = default;
  // The file's last `max_bytes`; nullopt when there is no such file.
  virtual Result<std::optional<std::string>> Read(const std::string& path, std::size_t max_bytes) = 0;
  // Puts a whole new file in place by rename, and has it on disk when it returns: a reader sees the old or the new
  // bytes, also after a crash. The folder must exist. Readable by its owner only.
  virtual Status Write(const std::string& path, std::string_view bytes) = 0;
  // Removes a file, or a folder with all that is in it. Not being there is success.
  virtual Status Remove(const std::string& path) = 0;
  // Sorted by name; empty when there is no such folder.
  virtual Result<std::vector<DiskEntry>> List(const std::string& folder) = 0;
  // Makes the folder and those above it, open to its owner only; one that is there stays as it is, and is described.
  virtual Result<FolderRights> MakeFolder(const std::string& path) = 0;
  // <path>.<keep-1> becomes <path>.<keep>, and so on; a copy of <path> becomes <path>.1, and <path> is emptied in
  // place, since a process holds it open. What is written between the copy and the emptying is lost.
  virtual Status Rotate(const std::string& path, int keep) = 0;
};

}  // namespace dagitops
