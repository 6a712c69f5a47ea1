#include "kube/pause.h"

#include <condition_variable>
#include <mutex>

namespace dagitops::kube {

void PauseUnlessStopped(Duration duration, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, duration, [] { return false; });
}

}  // namespace dagitops::kube
