#pragma once

#include "dagitops/target/local_process/disk.h"

namespace dagitops {

// The machine's disk. Safe to call from any thread.
class PosixDisk final : public Disk {
 public:
  Result<std::optional<std::string>> Read(const std::string& path, std::size_t max_bytes) override;
  Status Write(const std::string& path, std::string_view bytes) override;
  Status Remove(const std::string& path) override;
  Result<std::vector<DiskEntry>> List(const std::string& folder) override;
  Result<FolderRights> MakeFolder(const std::string& path) override;
  Status Rotate(const std::string& path, int keep) override;
};

}  // namespace dagitops
