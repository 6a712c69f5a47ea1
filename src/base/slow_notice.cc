#include "dagitops/base/slow_notice.h"

#include <utility>

namespace dagitops {

SlowNotice::SlowNotice(Duration patience, std::function<void()> tell) : tell_(std::move(tell)) {
  if (patience <= Duration(0)) {
    tell_();
  } else {
    waiting_ = std::thread([this, patience] { Wait(patience); });
  }
}

SlowNotice::~SlowNotice() {
  if (!waiting_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    done_ = true;
  }
  ended_.notify_one();
  waiting_.join();
}

void SlowNotice::Wait(Duration patience) {
  std::unique_lock lock(mutex_);
  if (!ended_.wait_for(lock, patience, [this] { return done_; })) tell_();
}

}  // namespace dagitops
