#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "dagitops/base/clock.h"

namespace dagitops::controller {

// What is to be worked on, and when. Equal keys merge into the sooner time; a key that is being worked on is handed out
// again only after Done; a key added during its run gets exactly one more run. A plain value without threads or clock:
// the controller adds both.
class KeyQueue {
 public:
  // Makes `key` due at `when`, or leaves it at a sooner time that it has.
  void Add(const std::string& key, SteadyTime when);

  // The due key that waits longest, marked as being worked on; nullopt when nothing is due at `now`.
  std::optional<std::string> Take(SteadyTime now);
  // It was worked on, and is not handed out again before `rested`.
  void Done(const std::string& key, SteadyTime rested);

  // When Take may next succeed; nullopt while nothing waits that could be taken.
  std::optional<SteadyTime> NextDue() const;

  // How many keys are due and wait for their turn.
  std::size_t Depth(SteadyTime now) const;

 private:
  SteadyTime Next(const std::string& key, SteadyTime due) const;

  std::map<std::string, SteadyTime> due_;
  std::map<std::string, SteadyTime> rested_;
  std::set<std::string> running_;
};

}  // namespace dagitops::controller
