#pragma once

#include <map>
#include <string>

#include "dagitops/base/clock.h"

namespace dagitops::controller {

// Keeps passes that follow each other all the time from taking the machine from what they look after: a thousand pods
// that start wake a thousand passes, and each sees all of them. A key may spend a fifth of its time on passes, and
// three seconds of them at once, which a dozen changes do not need; then it rests, a second at most. After each pass it
// rests for as long as that took, 50 ms at most, so that the events of one change, which come together, are seen
// together. Keys do not know of each other. A plain value.
class PassBudget {
 public:
  // Notes a pass; how long the key rests from its end on.
  Duration Rest(const std::string& key, SteadyTime began, SteadyTime ended);

 private:
  struct Account {
    Duration left;
    SteadyTime at;
  };
  std::map<std::string, Account> accounts_;
};

}  // namespace dagitops::controller
