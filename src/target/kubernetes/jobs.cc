#include "target/kubernetes/jobs.h"

#include <utility>

namespace dagitops::kubernetes {

Jobs::Jobs(int threads, std::function<void()> finished) : finished_(std::move(finished)) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Run(); });
}

Jobs::~Jobs() {
  state_.lock()->ending = true;
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool Jobs::Submit(const std::string& key, Work work) {
  {
    auto state = state_.lock();
    if (!state->keys.insert(key).second) return false;
    state->waiting.push_back({key, std::move(work)});
  }
  changed_.notify_one();
  return true;
}

bool Jobs::Has(const std::string& key) { return state_.lock()->keys.contains(key); }

std::vector<Jobs::Finished> Jobs::Take() {
  auto state = state_.lock();
  for (const Finished& job : state->finished) state->keys.erase(job.key);
  return std::exchange(state->finished, {});
}

void Jobs::Run() {
  for (;;) {
    Waiting job;
    {
      auto state = state_.lock();
      changed_.wait(state.native(), [&] { return state->ending || !state->waiting.empty(); });
      if (state->ending) return;
      job = std::move(state->waiting.front());
      state->waiting.pop_front();
    }
    Result<int> result = job.work();
    state_.lock()->finished.push_back({job.key, std::move(result)});
    finished_();
  }
}

}  // namespace dagitops::kubernetes
