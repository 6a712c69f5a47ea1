#include "dagitops/source/git/git_code_store.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>

#include "source/git/library.h"
#include "source/git/mirror.h"
#include "source/git/tree_writer.h"

namespace dagitops::git {
namespace {

namespace fs = std::filesystem;

constexpr char kUnfinished[] = ".new-";  // being written, or left by somebody who was killed
constexpr char kRemoved[] = ".old-";     // being deleted
constexpr auto kUnfinishedAge = std::chrono::hours(1);
constexpr std::size_t kDeletedPerCall = 200'000;

Error Unwritable(const std::string& path, const std::string& doing) {
  return Error{ErrorKind::kStalled, "code-unwritable", path, doing + ": " + std::strerror(errno),
               "make room, or give this user write access to the folder"};
}

// Deletes a tree of read-only folders, taking from `budget` what it deleted; false when the budget was used up.
bool DeleteTree(const fs::path& path, std::size_t& budget) {
  std::error_code error;
  if (fs::is_directory(fs::symlink_status(path, error))) {
    fs::permissions(path, fs::perms::owner_all, error);
    for (auto at = fs::directory_iterator(path, error); !error && at != fs::directory_iterator(); at.increment(error)) {
      if (!DeleteTree(at->path(), budget)) return false;
    }
  }
  if (budget == 0) return false;
  --budget;
  fs::remove(path, error);
  return true;
}

// All that was written reaches the disk before the rename does, so that a power cut leaves no tree with empty files.
void Flush(const std::string& folder) {
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  syncfs(descriptor);
  close(descriptor);
}

class GitCodeStore final : public CodeStore {
 public:
  GitCodeStore(Mirror mirror, std::string dir, const CodeLimits& limits)
      : mirror_(std::move(mirror)), dir_(std::move(dir)), limits_(limits) {}

  Result<std::string> LayOut(const std::string& tree_id) override {
    git_oid id;
    if (!ParseId(tree_id, &id)) {
      return Error{ErrorKind::kInvalid, "code-missing", tree_id, "is no id of a tree", "give 40 hex digits"};
    }
    const std::string place = dir_ + "/" + tree_id;
    std::error_code error;
    if (fs::is_directory(place, error)) return place;
    DAGITOPS_TRY(CheckKnown(id));
    std::string beside = dir_ + "/" + kUnfinished + "XXXXXX";
    if (mkdtemp(beside.data()) == nullptr) return Unwritable(dir_, "could not make a folder");
    const Status written = Write(id, beside);
    // Somebody else may have laid the same tree out meanwhile: then theirs is used.
    const bool placed =
        written && (rename(beside.c_str(), place.c_str()) == 0 || errno == ENOTEMPTY || errno == EEXIST);
    const Error failed = written ? Unwritable(place, "could not rename the folder") : written.error();
    std::size_t all = limits_.files + 1;
    if (fs::exists(beside, error)) DeleteTree(beside, all);
    if (!placed) return failed;
    return place;
  }

  Status Collect(const std::vector<std::string>& keep_tree_ids) override {
    const std::set<std::string> keep(keep_tree_ids.begin(), keep_tree_ids.end());
    std::size_t budget = kDeletedPerCall;
    std::error_code error;
    std::vector<fs::path> removed;
    for (auto at = fs::directory_iterator(dir_, error); !error && at != fs::directory_iterator(); at.increment(error)) {
      const std::string name = at->path().filename().string();
      git_oid ignored;
      if (ParseId(name, &ignored) && !keep.contains(name)) {
        DAGITOPS_ASSIGN(const std::string aside, PutAside(at->path().string()));
        removed.emplace_back(aside);
      } else if (name.starts_with(kRemoved) || (name.starts_with(kUnfinished) && IsOld(*at))) {
        removed.push_back(at->path());
      }
    }
    if (error) {
      errno = error.value();
      return Unwritable(dir_, "could not list the folder");
    }
    for (const fs::path& path : removed) {
      if (!DeleteTree(path, budget)) break;
    }
    return Ok();
  }

 private:
  Status CheckKnown(const git_oid& id) {
    mirror_.Refresh();
    TreePtr tree;
    const auto find = [&](git_tree** out) { return git_tree_lookup(out, mirror_.handle(), &id); };
    if (mirror_.readable() && Take(tree, find) == 0) return Ok();
    return Error{ErrorKind::kRetry, "code-missing", mirror_.repository_path(),
                 "the tree " + Hex(id) + " cannot be read from the mirror", "fetch first"};
  }

  Status Write(const git_oid& id, const std::string& beside) const {
    const Repository repository{mirror_.handle(), mirror_.repository_path()};
    DAGITOPS_TRY(WriteTree(repository, id, beside, limits_));
    if (chmod(beside.c_str(), 0555) != 0) return Unwritable(beside, "could not make the folder read-only");
    Flush(beside);
    return Ok();
  }

  static bool IsOld(const fs::directory_entry& entry) {
    std::error_code error;
    const auto written = entry.last_write_time(error);
    return !error && fs::file_time_type::clock::now() - written > kUnfinishedAge;
  }

  // From here on nobody takes it for a tree that is laid out.
  Result<std::string> PutAside(const std::string& place) const {
    std::string aside = dir_ + "/" + kRemoved + "XXXXXX";
    if (mkdtemp(aside.data()) == nullptr || rename(place.c_str(), aside.c_str()) != 0) {
      return Unwritable(place, "could not be removed");
    }
    return aside;
  }

  Mirror mirror_;
  std::string dir_;
  CodeLimits limits_;
};

}  // namespace

Result<std::unique_ptr<CodeStore>> OpenGitCodeStore(const std::string& mirror_dir, const std::string& dir,
                                                    const CodeLimits& limits) {
  std::error_code error;
  fs::create_directories(dir, error);
  if (error) {
    errno = error.value();
    return Unwritable(dir, "could not make the folder for code");
  }
  DAGITOPS_ASSIGN(Mirror mirror, Mirror::Open(mirror_dir));
  return std::unique_ptr<CodeStore>(
      std::make_unique<GitCodeStore>(std::move(mirror), fs::canonical(dir, error).string(), limits));
}

}  // namespace dagitops::git
