#include "dagitops/store/submit_request.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <thread>

#include "dagitops/base/duration.h"
#include "dagitops/base/random.h"
#include "dagitops/store/file_lock.h"

#include "store/file_calls.h"
#include "store/files.h"
#include "store/request_folder.h"
#include "store/request_json.h"

namespace dagitops {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::size_t kLargest = 1u << 20;
constexpr auto kLook = std::chrono::milliseconds(20);
constexpr int kLooksPerHolderCheck = 50;

std::string NewId() {
  SystemRandom random;
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(random.Next()));
  return text;
}

// The answer, once it is there; it is removed by reading it.
Result<std::optional<RequestAnswer>> Fetch(const std::string& dir, const std::string& id) {
  const std::string path = AnswerPath(dir, id);
  DAGITOPS_ASSIGN(const auto text, ReadWhole(path, kLargest));
  if (!text) return std::optional<RequestAnswer>();
  unlink(path.c_str());
  DAGITOPS_ASSIGN(auto answer, AnswerFromJson(*text));
  return std::optional(std::move(answer));
}

bool HasHolder(const std::string& dir) {
  const auto holder = FindLockHolder(dir);
  return !holder || holder->has_value();  // not being allowed to ask is no proof that nobody is there
}

Error Unanswered(const std::string& dir, bool holder, Duration deadline) {
  if (!holder) {
    return {.kind = ErrorKind::kRetry,
            .code = "no-holder",
            .subject = dir,
            .message = "nobody keeps this state folder in line any more, so the request was taken back",
            .hint = "start `dagitops serve`"};
  }
  const auto found = FindLockHolder(dir);
  const std::string who = found && *found ? (*found)->Text() : "another dagitops";
  return {.kind = ErrorKind::kRetry,
          .code = "request-timeout",
          .subject = dir,
          .message = "no answer within " + FormatDuration(deadline) + " from " + who +
                     "; the request was taken back unless it was already being carried out",
          .hint = "look at its log and at `dagitops status`"};
}

// Waits for the answer; nullopt when the time or the holder is gone, which `holder` then tells apart.
Result<std::optional<RequestAnswer>> Await(const std::string& dir, const std::string& id, Steady::time_point end,
                                           bool& holder) {
  for (int looks = 0;; ++looks) {
    DAGITOPS_ASSIGN(auto answer, Fetch(dir, id));
    if (answer) return answer;
    if (looks % kLooksPerHolderCheck == 0) holder = HasHolder(dir);
    const auto left = end - Steady::now();
    if (!holder || left <= Steady::duration::zero()) return std::optional<RequestAnswer>();
    std::this_thread::sleep_for(std::min<Steady::duration>(left, kLook));
  }
}

}  // namespace

Result<RequestAnswer> SubmitRequest(const std::string& dir, Request request, Duration deadline) {
  const auto end = Steady::now() + deadline;
  if (request.id.empty()) request.id = NewId();
  if (!IsPlainName(request.id)) {
    return Error{.kind = ErrorKind::kInvalid,
                 .code = "request-invalid",
                 .subject = request.id,
                 .message = "the id of a request may have letters, digits, '.', '_' and '-', at most 100 of them",
                 .hint = {}};
  }
  DAGITOPS_TRY(MakeFolder(RequestFolder(dir)));
  DAGITOPS_TRY(WriteAtomically(SystemFileCalls(), RequestPath(dir, request.id), RequestToJson(request)));
  bool holder = true;
  auto answer = Await(dir, request.id, end, holder);
  if (answer && *answer) return std::move(**answer);
  unlink(RequestPath(dir, request.id).c_str());
  if (!answer) return answer.error();
  // It may have come between the last look and the taking back.
  DAGITOPS_ASSIGN(auto late, Fetch(dir, request.id));
  if (late) return std::move(*late);
  return Unanswered(dir, holder, deadline);
}

}  // namespace dagitops
