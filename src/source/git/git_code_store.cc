#include "dagitops/source/git/git_code_store.h"

#include <stdlib.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include "source/git/library.h"
#include "source/git/mirror.h"
#include "source/git/tree_writer.h"

namespace dagitops::git {
namespace {

namespace fs = std::filesystem;

constexpr int kMostRemovals = 100;  // trees removed by one Collect: a pass must not wait for a disk

Error Unwritable(const std::string& path) {
  return {ErrorKind::kRetry, "code-unwritable", path, std::string("cannot be laid out: ") + std::strerror(errno),
          "check the free space and rights of the state folder"};
}

class GitCodeStore final : public CodeStore {
 public:
  GitCodeStore(Mirror mirror, std::string dir, const CodeLimits& limits)
      : mirror_(std::move(mirror)), dir_(std::move(dir)), limits_(limits) {}

  Result<std::string> LayOut(const std::string& tree_id) override {
    git_oid id;
    if (!ParseId(tree_id, &id)) {
      return Error{ErrorKind::kInternal, "code-missing", tree_id, "is no id of a git tree", ""};
    }
    const std::string folder = dir_ + "/" + tree_id;
    std::error_code error;
    if (fs::exists(folder, error)) return folder;
    mirror_.Refresh();
    if (!mirror_.readable()) {
      return Error{ErrorKind::kRetry, "code-missing", tree_id, "the mirror cannot be read",
                   "it is made anew by the next fetch"};
    }
    return WriteBeside(id, folder);
  }

  Status Collect(const std::vector<std::string>& keep_tree_ids) override {
    int removed = 0;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(dir_, error)) {
      const std::string name = entry.path().filename().string();
      if (std::find(keep_tree_ids.begin(), keep_tree_ids.end(), name) != keep_tree_ids.end()) continue;
      if (++removed > kMostRemovals) break;
      fs::remove_all(entry.path(), error);
    }
    return Ok();
  }

 private:
  Result<std::string> WriteBeside(const git_oid& id, const std::string& folder) {
    std::string beside = folder + ".XXXXXX";
    if (mkdtemp(beside.data()) == nullptr) return Unwritable(beside);
    chmod(beside.c_str(), 0755);
    Status written = WriteTree(mirror_.handle(), id, beside, limits_);
    if (written && rename(beside.c_str(), folder.c_str()) != 0) written = Unwritable(folder);
    if (written) return folder;
    std::error_code error;
    fs::remove_all(beside, error);
    return written.error();
  }

  Mirror mirror_;
  std::string dir_;
  CodeLimits limits_;
};

}  // namespace

Result<std::unique_ptr<CodeStore>> OpenGitCodeStore(const std::string& mirror_dir, const std::string& dir,
                                                    const CodeLimits& limits) {
  PrepareLibrary();
  DAGITOPS_ASSIGN(Mirror mirror, Mirror::Open(mirror_dir));
  std::error_code error;
  fs::create_directories(dir, error);
  if (error)
    return Error{ErrorKind::kStalled, "code-unwritable", dir, error.message(), "check the state folder's rights"};
  return std::unique_ptr<CodeStore>(std::make_unique<GitCodeStore>(std::move(mirror), dir, limits));
}

}  // namespace dagitops::git
