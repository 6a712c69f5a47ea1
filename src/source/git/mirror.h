#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/base/result.h"
#include "dagitops/source/source.h"

#include "source/git/revisions.h"

namespace dagitops::git {

// What the last successful fetch of one branch found.
struct HeadRecord {
  BranchHead::State state = BranchHead::State::kPresent;
  std::string commit;  // only for kPresent
};

// A bare repository in a folder of our own:
//   <dir>/mirror.git    a symlink to the repository repo-XXXXXX beside it; objects are only ever added there
//     refs/dagitops/head/<branch>      the newest commit that a fetch found, also after the branch went away
//     refs/dagitops/keep/<scope>/<id>  commits that must stay readable
//     dagitops/head/<branch>           a file: "present <commit>", "missing" or "empty"; the truth about the last fetch
//   <dir>/lock          held during a whole fetch, so that there is one at a time
//   <dir>/refs.lock     held while references are written or the repository is replaced: local work of milliseconds,
//                       inside a fetch too, so that nobody who writes a reference waits for a host that hangs
//   <dir>/home          HOME of the fetching process
// Branch names are encoded (EncodeRefPart). Several processes may use one mirror. The symlink lets a new repository
// take the place of a damaged one in one step, under a path that libgit2, which remembers packs by path, has never
// seen.
class Mirror {
 public:
  // Makes the folder, and an empty repository where there is none. One that cannot be opened gives no error here:
  // readable() is then false until Rebuilt took place.
  static Result<Mirror> Open(const std::string& dir);

  // The reference that holds the newest commit found on a branch.
  static std::string HeadRef(const std::string& branch);

  bool readable() const { return handle_ != nullptr; }
  git_repository* handle() const { return handle_.get(); }
  std::string fetch_lock() const { return dir_ + "/lock"; }
  std::string refs_lock() const { return dir_ + "/refs.lock"; }
  std::string home() const { return dir_ + "/home"; }
  std::string repository_path() const { return dir_ + "/mirror.git"; }

  // Opens the repository anew when somebody put another one in its place since; true when so.
  bool Refresh();
  // Opens the repository anew in any case.
  void Reopen();

  std::optional<HeadRecord> ReadHead(const std::string& branch) const;
  // First the reference, then the file: a crash in between leaves the older truth. This, Keep and Replace are for the
  // holder of refs.lock.
  Status WriteHead(const std::string& branch, const HeadRecord& head);

  // Makes the references below refs/dagitops/keep/<scope>/ exactly these, without the ones that are not there, which
  // it gives back.
  Result<std::vector<std::string>> Keep(const std::string& scope, const std::vector<std::string>& commits);

  // An empty repository beside this one, and the step that puts it into this one's place with all that is kept.
  Result<std::string> MakeBeside() const;
  Status Replace(const std::string& beside);

  // Removes what killed fetches left: temporary files older than an hour, at most a thousand at a time.
  void CleanUp() const;

 private:
  explicit Mirror(std::string dir) : dir_(std::move(dir)) {}
  Status PointAt(const std::string& beside) const;
  Status SetRef(const std::string& ref, const std::string& commit);
  Status DropRef(const std::string& ref);

  std::string dir_;
  RepositoryPtr handle_;
  std::string target_;  // where the symlink led when handle_ was opened
};

}  // namespace dagitops::git
