#pragma once

#include <map>
#include <string>

#include "dagitops/base/clock.h"

namespace dagitops::controller {

// Keeps passes that follow each other all the time from taking the machine from what they look after: a thousand pods
// that start wake a thousand passes, and each sees all of them. A key may spend a fifth of its time on passes, and a
// second of them at once, which no single change needs; then it rests, a second at most. Keys do not know of each
// other. A plain value.
class PassBudget {
 public:
  // Notes a pass; how long the key rests from its end on, mostly 0.
  Duration Rest(const std::string& key, SteadyTime began, SteadyTime ended);

 private:
  struct Account {
    Duration left;
    SteadyTime at;
  };
  std::map<std::string, Account> accounts_;
};

}  // namespace dagitops::controller
