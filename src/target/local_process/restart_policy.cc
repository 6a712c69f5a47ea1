#include "target/local_process/restart_policy.h"

#include <algorithm>

namespace dagitops::local_process {
namespace {

constexpr Duration kLongestPause = std::chrono::seconds(60);

Duration Pause(std::size_t earlier) {
  constexpr std::size_t kDoublings = 6;  // 64 s is beyond the longest
  return std::min<Duration>(std::chrono::seconds(1LL << std::min(earlier, kDoublings)), kLongestPause);
}

}  // namespace

void ForgetOldRestarts(std::vector<WallTime>& restarts, WallTime now) {
  // A clock that was set back would keep restarts of "tomorrow" for ever.
  std::erase_if(restarts, [&](WallTime time) { return time + kRestartWindow <= now || time > now; });
}

Duration UntilStart(const Supervised& process, WallTime now) {
  return TimeUntil(process.next_start, now, kRestartWindow);
}

RestartVerdict NextRestart(const std::vector<WallTime>& recent, WallTime now, int limit) {
  if (limit == 0) return {std::nullopt, true};
  const WallTime after_pause = now + Pause(recent.size());
  if (limit < 0 || recent.size() < static_cast<std::size_t>(limit)) return {after_pause, false};
  const WallTime room = recent[recent.size() - static_cast<std::size_t>(limit)] + kRestartWindow;
  return {std::max(after_pause, room), true};
}

}  // namespace dagitops::local_process
