#include "dagitops/store/file_state_store.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <vector>

#include "dagitops/base/log.h"
#include "dagitops/base/time_text.h"
#include "dagitops/store/status_json.h"

#include "store/file_calls.h"
#include "store/files.h"
#include "store/state_json.h"

namespace dagitops {
namespace {

constexpr std::size_t kLargest = 256u << 20;  // ten thousand locations take about 40 MB

constexpr std::size_t kKeptCorrupt = 5;  // of each file

// Keeps the newest of what was put aside of `path`; their names end in a time. `newest` stays whatever the clock said.
void RemoveOldCorrupt(const std::string& path, const std::string& newest) {
  namespace fs = std::filesystem;
  std::vector<std::string> older;
  std::error_code error;
  for (fs::directory_iterator entry(fs::path(path).parent_path(), error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string found = entry->path().string();
    if (found.starts_with(path + ".corrupt-") && found != newest) older.push_back(found);
  }
  std::sort(older.rbegin(), older.rend());
  for (std::size_t i = kKeptCorrupt - 1; i < older.size(); ++i) fs::remove(older[i], error);
}

Error About(const std::string& path, Error error) {
  error.subject = path;
  return error;
}

// "20261122T132005Z": a time that may stand in a file's name.
std::string FileTime(WallTime time) {
  std::string text;
  for (const char c : TimeToText(time)) {
    if (c == '.') break;
    if (c != '-' && c != ':') text += c;
  }
  return text + "Z";
}

}  // namespace

FileStateStore::FileStateStore(std::string dir, Access access, const Clock& clock)
    : FileStateStore(std::move(dir), access, clock, SystemFileCalls()) {}

FileStateStore::FileStateStore(std::string dir, Access access, const Clock& clock, FileCalls& disk)
    : dir_(std::move(dir)), access_(access), clock_(clock), disk_(disk) {}

Result<std::string> FileStateStore::Path(const char* what, const std::string& environment) const {
  if (IsPlainName(environment)) return dir_ + "/" + what + "-" + environment + ".json";
  return Error{.kind = ErrorKind::kInvalid,
               .code = "bad-environment-name",
               .subject = environment,
               .message = "the name of an environment may have letters, digits, '.', '_' and '-', at most 100 of them",
               .hint = "rename the environment"};
}

// What is told of a file that is not what we write; a writer puts it out of the way.
Error FileStateStore::Unreadable(const std::string& path, Error error) {
  if (error.kind != ErrorKind::kInvalid) return About(path, std::move(error));
  const std::string found = error.message;
  error = {.kind = ErrorKind::kRetry, .code = "store-corrupt", .subject = path, .message = found, .hint = {}};
  if (access_ == Access::kReader) return error;
  const std::string aside = path + ".corrupt-" + FileTime(clock_.Now());
  if (disk_.Rename(path.c_str(), aside.c_str()) != 0) {
    error.hint = "it could not be moved aside; move it away";
    return error;
  }
  RemoveOldCorrupt(path, aside);
  Log(LogLevel::kError, "file of the state folder is corrupt and was moved aside", {{"file", aside}, {"found", found}});
  error.hint = "it was moved to " + aside + "; what it said is worked out anew";
  return error;
}

// A state written by a newer dagitops may say things that we would drop, and a corrupt one has to be told. Asked where
// nothing was loaded before the first save.
Status FileStateStore::RefuseToReplaceNewer(const std::string& path) {
  if (replaceable_.contains(path)) return Ok();
  DAGITOPS_ASSIGN(const auto text, ReadWhole(path, kLargest));
  const auto old = text ? StateFromJson(*text) : Result<EnvironmentState>(EnvironmentState{});
  if (!old && old.error().kind != ErrorKind::kInvalid) return About(path, old.error());
  if (!old) Unreadable(path, old.error());
  replaceable_.insert(path);
  return Ok();
}

Result<std::optional<EnvironmentState>> FileStateStore::LoadState(const std::string& environment) {
  DAGITOPS_ASSIGN(const std::string path, Path("state", environment));
  const auto text = ReadWhole(path, kLargest);
  if (!text) return Unreadable(path, text.error());
  if (!*text) return std::optional<EnvironmentState>();
  auto state = StateFromJson(**text);
  if (!state) return Unreadable(path, std::move(state).error());
  const std::lock_guard<std::mutex> lock(writing_);
  replaceable_.insert(path);
  return std::optional(std::move(state).value());
}

Status FileStateStore::SaveState(const EnvironmentState& state) {
  DAGITOPS_ASSIGN(const std::string path, Path("state", state.environment));
  const std::lock_guard<std::mutex> lock(writing_);
  DAGITOPS_TRY(MakeFolder(dir_));
  DAGITOPS_TRY(RefuseToReplaceNewer(path));
  return WriteAtomically(disk_, path, StateToJson(state));
}

Result<std::optional<EnvironmentStatus>> FileStateStore::LoadStatus(const std::string& environment) {
  DAGITOPS_ASSIGN(const std::string path, Path("status", environment));
  const auto text = ReadWhole(path, kLargest);
  if (!text) return Unreadable(path, text.error());
  if (!*text) return std::optional<EnvironmentStatus>();
  auto status = StatusFromJson(**text);
  if (!status) return Unreadable(path, std::move(status).error());
  return std::optional(std::move(status).value());
}

// A status of a newer version is replaced: it is worked out anew in every pass.
Status FileStateStore::SaveStatus(const EnvironmentStatus& status) {
  DAGITOPS_ASSIGN(const std::string path, Path("status", status.environment));
  const std::lock_guard<std::mutex> lock(writing_);
  DAGITOPS_TRY(MakeFolder(dir_));
  return WriteAtomically(disk_, path, StatusToJson(status));
}

std::vector<std::string> KnownEnvironments(const std::string& dir) {
  std::set<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(dir, error), end; !error && entry != end; entry.increment(error)) {
    std::string name = entry->path().filename().string();
    const bool ours = name.starts_with("state-") || name.starts_with("status-");
    if (!ours || !name.ends_with(".json")) continue;
    name = name.substr(name.find('-') + 1);
    name.resize(name.size() - std::string_view(".json").size());
    if (IsPlainName(name)) names.insert(name);
  }
  return {names.begin(), names.end()};
}

}  // namespace dagitops
