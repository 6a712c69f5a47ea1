#include "kube/retry.h"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "kube/api_error.h"

namespace dagitops::kube {
namespace {

using std::chrono::seconds;

constexpr Duration kFirstPause(250);
constexpr Duration kLongestPause(5'000);
constexpr Duration kLongestAsked(60'000);

bool MayTryAgain(const Result<HttpResponse>& outcome, bool repeatable) {
  if (outcome) {
    if (IsRefusal(outcome->status, outcome->body)) return false;
    return outcome->status == 429 || (outcome->status >= 500 && repeatable);
  }
  const std::string& code = outcome.error().code;
  if (code == "http-refused" || code == "http-unknown-host") return true;
  return repeatable && outcome.error().kind == ErrorKind::kRetry && code != "http-stopped";
}

// Whole seconds; nullopt when it is absent or has another form.
std::optional<Duration> RetryAfter(const HttpResponse& response) {
  for (const auto& [name, value] : response.headers) {
    if (name != "retry-after") continue;
    unsigned long count = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), count);
    if (error == std::errc::result_out_of_range) return kLongestAsked;
    if (error != std::errc() || end != value.data() + value.size()) return std::nullopt;
    return std::min<Duration>(seconds(std::min(count, 3600UL)), kLongestAsked);
  }
  return std::nullopt;
}

Duration BasePause(const Result<HttpResponse>& outcome, int number) {
  if (outcome) {
    if (const auto asked = RetryAfter(*outcome)) return *asked;
  }
  return std::min(kLongestPause, kFirstPause * (1 << std::min(number - 1, 10)));
}

}  // namespace

std::optional<Duration> PauseAfter(const Result<HttpResponse>& outcome, const Try& tried) {
  if (tried.number >= kMaxTries || !MayTryAgain(outcome, tried.repeatable)) return std::nullopt;
  const Duration base = BasePause(outcome, tried.number);
  const Duration pause =
      base + Duration(static_cast<Duration::rep>(static_cast<double>(base.count()) / 2 * tried.chance));
  return pause < tried.left ? std::optional(pause) : std::nullopt;
}

}  // namespace dagitops::kube
