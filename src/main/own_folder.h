#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace dagitops {

// A folder below that of temporary files, gone with this.
class OwnFolder {
 public:
  OwnFolder() {
    std::error_code failed;
    std::string name = (std::filesystem::temp_directory_path(failed) / "dagitops-XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~OwnFolder() {
    std::error_code failed;
    if (!path_.empty()) std::filesystem::remove_all(path_, failed);
  }
  OwnFolder(const OwnFolder&) = delete;
  OwnFolder& operator=(const OwnFolder&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace dagitops
