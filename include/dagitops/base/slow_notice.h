#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "dagitops/base/clock.h"

namespace dagitops {

// Says once that something takes its time: calls `tell` when this object has lived for `patience`, from a thread of its
// own. With a patience of nothing it is called at once, by the constructor. After the end of the object it is not
// called any more.
class SlowNotice {
 public:
  SlowNotice(Duration patience, std::function<void()> tell);
  ~SlowNotice();
  SlowNotice(const SlowNotice&) = delete;
  SlowNotice& operator=(const SlowNotice&) = delete;

 private:
  void Wait(Duration patience);

  std::function<void()> tell_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool done_ = false;    // guarded by mutex_
  std::thread waiting_;  // not joinable when nothing is waited for
};

}  // namespace dagitops
