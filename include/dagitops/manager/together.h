#pragma once

#include <functional>
#include <vector>

namespace dagitops::manager {

// Runs all of them at the same time, each in a thread of its own, and waits for all. A task does not throw.
void RunTogether(const std::vector<std::function<void()>>& tasks);

}  // namespace dagitops::manager
