#include "dagitops/store/file_request_inbox.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>

#include "dagitops/base/log.h"

#include "store/file_calls.h"
#include "store/files.h"
#include "store/request_folder.h"
#include "store/request_json.h"

namespace dagitops {
namespace {

constexpr std::size_t kMostRequests = 100;
constexpr std::size_t kMostFiles = 10'000;  // looked at in one go
constexpr std::size_t kLargest = 64u << 10;
constexpr auto kKeepAnswers = std::chrono::minutes(10);
constexpr std::string_view kSuffix = ".json";

struct Entry {
  std::string name;
  WallTime written{};
};

WallTime WrittenAt(const struct stat& info) {
  return WallTime(std::chrono::seconds(info.st_mtim.tv_sec) +
                  std::chrono::milliseconds(info.st_mtim.tv_nsec / 1'000'000));
}

// The plain files of a folder, oldest first; none when it does not exist.
std::vector<Entry> List(const std::string& folder) {
  std::vector<Entry> entries;
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end && entries.size() < kMostFiles;
       at.increment(error)) {
    struct stat info {};
    if (lstat(at->path().c_str(), &info) == 0 && S_ISREG(info.st_mode))
      entries.push_back({at->path().filename().string(), WrittenAt(info)});
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return a.written != b.written ? a.written < b.written : a.name < b.name;
  });
  return entries;
}

std::string IdOf(const std::string& name) {
  return name.ends_with(kSuffix) ? name.substr(0, name.size() - kSuffix.size()) : std::string();
}

}  // namespace

// Tells the asker why; a request that cannot even be answered is removed all the same, or it would come for ever.
void FileRequestInbox::Refuse(const std::string& id, const std::string& why) {
  Log(LogLevel::kWarning, "request refused", {{"request", id}, {"reason", why}});
  const Status told = Answer({.id = id, .accepted = false, .message = why});
  if (told) return;
  Log(LogLevel::kWarning, "refusal could not be told", {{"error", told.error().Text()}});
  unlink(RequestPath(dir_, id).c_str());
}

// The request of a file, or nothing once it was refused.
std::optional<Request> FileRequestInbox::Read(const std::string& name) {
  const std::string id = IdOf(name);
  const auto text = ReadWhole(RequestPath(dir_, id), kLargest);
  if (!text) {
    Refuse(id, "the request cannot be read: " + text.error().message);
    return std::nullopt;
  }
  if (!*text) return std::nullopt;  // taken back by its asker
  auto request = RequestFromJson(**text);
  if (!request) {
    Refuse(id, "the request cannot be understood: " + request.error().message);
    return std::nullopt;
  }
  if (request->id == id) return std::move(request).value();
  Refuse(id, "the request has another id than its file");
  return std::nullopt;
}

void FileRequestInbox::RemoveOld(const std::string& folder) const {
  for (const Entry& entry : List(folder)) {
    if (clock_.Now() - entry.written > kKeepAnswers) unlink((folder + "/" + entry.name).c_str());
  }
}

Result<std::vector<Request>> FileRequestInbox::Take() {
  std::vector<Request> requests;
  for (const Entry& entry : List(RequestFolder(dir_))) {
    if (requests.size() == kMostRequests) break;
    const bool writing = entry.name.ends_with(".tmp") && clock_.Now() - entry.written < kKeepAnswers;
    if (writing) continue;
    if (!IsPlainName(IdOf(entry.name))) {
      unlink((RequestFolder(dir_) + "/" + entry.name).c_str());
      continue;
    }
    if (auto request = Read(entry.name)) requests.push_back(std::move(*request));
  }
  return requests;
}

Status FileRequestInbox::Answer(const RequestAnswer& answer) {
  DAGITOPS_TRY(MakeFolder(AnswerFolder(dir_)));
  RemoveOld(AnswerFolder(dir_));
  DAGITOPS_TRY(WriteAtomically(SystemFileCalls(), AnswerPath(dir_, answer.id), AnswerToJson(answer)));
  unlink(RequestPath(dir_, answer.id).c_str());
  return Ok();
}

}  // namespace dagitops
