#pragma once

#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/store/state_store.h"

namespace dagitops {

class FileCalls;

// StateStore as files of a state folder: state-<environment>.json and status-<environment>.json; what lies in them is
// told in docs/state.md. Every write goes to a file beside, is synced, renamed over the old one, and the folder is
// synced: after a crash at any point a reader finds the old or the new one whole. Files are readable by their owner
// alone. Safe to call from any thread; only the holder of the folder's lock (file_lock.h) may be a kWriter.
//
// Errors (code, kind): store-newer kStalled: written by a newer dagitops, left as it is and never overwritten;
// store-corrupt kRetry: not what we write. A writer moves such a file to <name>.corrupt-<time> first, so that the next
// load finds none and everything is rebuilt, and keeps the newest five of them; store-full kRetry; store-denied
// kStalled (rights, read-only); store-io kRetry; bad-environment-name kInvalid: a name that is no file name.
class FileStateStore final : public StateStore {
 public:
  enum class Access { kReader, kWriter };  // a reader changes nothing on disk

  // `clock` and `disk` outlive this.
  FileStateStore(std::string dir, Access access, const Clock& clock);
  FileStateStore(std::string dir, Access access, const Clock& clock, FileCalls& disk);  // tests: writes that fail

  Result<std::optional<EnvironmentState>> LoadState(const std::string& environment) override;
  Status SaveState(const EnvironmentState& state) override;
  Result<std::optional<EnvironmentStatus>> LoadStatus(const std::string& environment) override;
  Status SaveStatus(const EnvironmentStatus& status) override;

 private:
  Result<std::string> Path(const char* what, const std::string& environment) const;
  Status RefuseToReplaceNewer(const std::string& path);
  Error Unreadable(const std::string& path, Error error);

  const std::string dir_;
  const Access access_;
  const Clock& clock_;
  FileCalls& disk_;
  std::mutex writing_;                 // one write at a time: they share the file beside
  std::set<std::string> replaceable_;  // paths whose old file was seen to be of a version we know; guarded by writing_
};

// The environments that have a state or a status in the folder, sorted; none where it cannot be read.
std::vector<std::string> KnownEnvironments(const std::string& dir);

}  // namespace dagitops
