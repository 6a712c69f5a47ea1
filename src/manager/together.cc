#include "dagitops/manager/together.h"

#include <thread>

namespace dagitops::manager {

void RunTogether(const std::vector<std::function<void()>>& tasks) {
  std::vector<std::jthread> threads;
  threads.reserve(tasks.size());
  for (const auto& task : tasks) threads.emplace_back(task);
}

}  // namespace dagitops::manager
