#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/model/composition.h"
#include "dagitops/target/local_process/disk.h"

#include "target/local_process/paths.h"

namespace dagitops::local_process {

// Bytes of workspace.yaml as the webserver and the daemon read it; nullopt where there is no file.
struct PublishedFiles {
  std::optional<std::string> webserver;
  std::optional<std::string> daemon;
};

// The two workspace.yaml. What was written to them is remembered on disk, so that what somebody else wrote is told
// apart from it, also by a later life.
class WorkspaceFiles {
 public:
  WorkspaceFiles(Disk& disk, const Clock& clock, const Paths& paths) : disk_(disk), clock_(clock), paths_(paths) {}

  Result<PublishedFiles> Look();

  // PublishedDigest of what was written last; empty when that is not known. As Look found it.
  std::string Written() const { return written_.empty() ? std::string() : written_.front(); }
  // True when these bytes were written by somebody else. Never when it is not known what was written.
  bool Foreign(const std::optional<std::string>& text) const;

  Status Publish(const std::string& text);

  // Webserver and daemon cannot start without a workspace.yaml: an empty one where none was published yet. And the
  // daemon's is brought up to the webserver's, should we have been killed between the two, or somebody have changed it:
  // `drift` says whether such a change is undone.
  Status Complete(EnvironmentOptions::Drift drift);

  // Changes by hand: those that are there, and for an hour those that were undone.
  std::vector<std::string> Notes() const;

 private:
  Status LoadMark();
  Status Remember(const std::string& text);
  void ForgetOlder();
  void NoteUndone(const std::string& file, const char* what);
  void NoteLeft(const PublishedFiles& files);

  Disk& disk_;
  const Clock& clock_;
  const Paths& paths_;
  bool loaded_ = false;
  std::vector<std::string> written_;  // digests, newest first
  std::string ours_;                  // bytes that are known to be ours, so that looking costs no digest
  bool edited_ = false;               // the webserver's, when it was last looked at
  bool missing_ = false;
  EnvironmentOptions::Drift drift_ = EnvironmentOptions::Drift::kHeal;  // as it was last told
  std::vector<std::string> left_;                                       // files that stay as somebody changed them
  std::vector<std::pair<WallTime, std::string>> undone_;
};

}  // namespace dagitops::local_process
