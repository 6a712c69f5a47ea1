#include "dagitops/controller/key_queue.h"

#include <algorithm>

namespace dagitops::controller {

void KeyQueue::Add(const std::string& key, SteadyTime when) {
  const auto [entry, added] = due_.try_emplace(key, when);
  if (!added) entry->second = std::min(entry->second, when);
}

std::optional<std::string> KeyQueue::Take(SteadyTime now) {
  auto best = due_.end();
  for (auto entry = due_.begin(); entry != due_.end(); ++entry) {
    if (Next(entry->first, entry->second) > now || running_.contains(entry->first)) continue;
    if (best == due_.end() || entry->second < best->second) best = entry;
  }
  if (best == due_.end()) return std::nullopt;
  std::string key = best->first;
  due_.erase(best);
  running_.insert(key);
  return key;
}

void KeyQueue::Done(const std::string& key, SteadyTime rested) {
  running_.erase(key);
  rested_[key] = rested;
}

SteadyTime KeyQueue::Next(const std::string& key, SteadyTime due) const {
  const auto rested = rested_.find(key);
  return rested == rested_.end() ? due : std::max(due, rested->second);
}

std::optional<SteadyTime> KeyQueue::NextDue() const {
  std::optional<SteadyTime> next;
  for (const auto& [key, when] : due_) {
    if (running_.contains(key)) continue;
    const SteadyTime then = Next(key, when);
    next = next ? std::min(*next, then) : then;
  }
  return next;
}

std::size_t KeyQueue::Depth(SteadyTime now) const {
  return static_cast<std::size_t>(
      std::count_if(due_.begin(), due_.end(), [&](const auto& entry) { return entry.second <= now; }));
}

}  // namespace dagitops::controller
