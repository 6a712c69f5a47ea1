#include "target/local_process/workspace_files.h"

#include <algorithm>

#include "dagitops/base/log.h"
#include "dagitops/base/text.h"
#include "dagitops/model/observed.h"

namespace dagitops::local_process {
namespace {

using Drift = EnvironmentOptions::Drift;

constexpr std::size_t kMaxWorkspace = 64u << 20;
constexpr std::size_t kMaxMark = 1000;
constexpr const char* kEmptyWorkspace = "load_from: []\n";
// A digest is on disk before the bytes are. However often we are killed in between, an older one stays true.
constexpr std::size_t kKeptDigests = 4;
constexpr Duration kNotesFor = std::chrono::hours(1);
constexpr std::size_t kMaxNotes = 20;

}  // namespace

Status WorkspaceFiles::LoadMark() {
  if (loaded_) return Ok();
  DAGITOPS_ASSIGN(const auto text, disk_.Read(paths_.WrittenMark(), kMaxMark));
  if (text) written_ = Split(*text, '\n');
  std::erase(written_, "");
  loaded_ = true;
  return Ok();
}

Result<PublishedFiles> WorkspaceFiles::Look() {
  DAGITOPS_TRY(LoadMark());
  PublishedFiles files;
  DAGITOPS_ASSIGN(files.webserver, disk_.Read(paths_.WebserverWorkspace(), kMaxWorkspace));
  DAGITOPS_ASSIGN(files.daemon, disk_.Read(paths_.DaemonWorkspace(), kMaxWorkspace));
  edited_ = Foreign(files.webserver);
  missing_ = !files.webserver;
  if (files.webserver && !edited_ && *files.webserver != ours_) ours_ = *files.webserver;
  const bool alike = files.webserver && files.webserver == files.daemon;
  if (written_.size() > 1 && alike && PublishedDigest(*files.webserver) == Written()) ForgetOlder();
  NoteLeft(drift_ == Drift::kReport ? files : PublishedFiles{});
  return files;
}

bool WorkspaceFiles::Foreign(const std::optional<std::string>& text) const {
  if (!text || written_.empty() || *text == ours_) return false;
  return std::find(written_.begin(), written_.end(), PublishedDigest(*text)) == written_.end();
}

Status WorkspaceFiles::Remember(const std::string& text) {
  DAGITOPS_TRY(LoadMark());
  std::string digest = PublishedDigest(text);
  if (Written() == digest) return Ok();
  std::vector<std::string> written{std::move(digest)};
  written.insert(written.end(), written_.begin(), written_.end());
  if (written.size() > kKeptDigests) written.resize(kKeptDigests);
  DAGITOPS_TRY(disk_.Write(paths_.WrittenMark(), Join(written, "\n") + "\n"));
  written_ = std::move(written);
  return Ok();
}

Status WorkspaceFiles::Publish(const std::string& text) {
  const bool removed = missing_ && !written_.empty();
  DAGITOPS_TRY(Remember(text));
  DAGITOPS_TRY(disk_.Write(paths_.WebserverWorkspace(), text));
  if (edited_) NoteUndone(paths_.WebserverWorkspace(), "changed");
  if (removed) NoteUndone(paths_.WebserverWorkspace(), "removed");
  edited_ = missing_ = false;
  ours_ = text;
  DAGITOPS_TRY(disk_.Write(paths_.DaemonWorkspace(), text));
  ForgetOlder();
  return Ok();
}

// Both files are as written last: from now on an older text is somebody else's, an emptied file above all.
void WorkspaceFiles::ForgetOlder() {
  if (written_.size() > 1) written_.resize(1);
}

Status WorkspaceFiles::Complete(Drift drift) {
  drift_ = drift;
  DAGITOPS_ASSIGN(PublishedFiles files, Look());
  if (!files.webserver) {
    DAGITOPS_TRY(Remember(kEmptyWorkspace));
    DAGITOPS_TRY(disk_.Write(paths_.WebserverWorkspace(), kEmptyWorkspace));
    files.webserver = kEmptyWorkspace;
  }
  const bool foreign = Foreign(files.daemon);
  if (Foreign(files.webserver) || (foreign && drift == Drift::kReport)) return Ok();
  if (files.daemon == files.webserver) return Ok();
  DAGITOPS_TRY(disk_.Write(paths_.DaemonWorkspace(), *files.webserver));
  if (foreign) NoteUndone(paths_.DaemonWorkspace(), "changed");
  return Ok();
}

void WorkspaceFiles::NoteUndone(const std::string& file, const char* what) {
  std::string text = file + " was " + what + " by hand and is written anew";
  Log(LogLevel::kWarning, "published file is written anew",
      {{"file", file}, {"reason", std::string(what) + " by hand"}});
  undone_.emplace_back(clock_.Now(), std::move(text));
  if (undone_.size() > kMaxNotes) undone_.erase(undone_.begin());
}

void WorkspaceFiles::NoteLeft(const PublishedFiles& files) {
  std::vector<std::string> left;
  if (Foreign(files.webserver)) left.push_back(paths_.WebserverWorkspace());
  if (Foreign(files.daemon)) left.push_back(paths_.DaemonWorkspace());
  for (const std::string& file : left) {
    if (std::find(left_.begin(), left_.end(), file) != left_.end()) continue;
    Log(LogLevel::kWarning, "published file is left as it is", {{"file", file}, {"reason", "changed by hand"}});
  }
  left_ = std::move(left);
}

std::vector<std::string> WorkspaceFiles::Notes() const {
  std::vector<std::string> notes;
  for (const std::string& file : left_) {
    notes.push_back(file + " was changed by hand; `drift: report` leaves it so until the next publish");
  }
  for (const auto& [time, text] : undone_) {
    if (clock_.Now() - time < kNotesFor) notes.push_back(text);
  }
  return notes;
}

}  // namespace dagitops::local_process
