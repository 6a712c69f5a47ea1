#include "manager/ending.h"

#include <csignal>

namespace dagitops::manager {

Ending::Meaning Ending::Take(int signal, SteadyTime now) {
  if (!first_) {
    first_ = now;
    return Meaning::kEnd;
  }
  return signal == SIGINT && now - *first_ >= kSecondThought ? Meaning::kLeave : Meaning::kNothing;
}

}  // namespace dagitops::manager
