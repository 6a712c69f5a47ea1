#pragma once

#include <optional>

#include "dagitops/base/clock.h"

namespace dagitops::manager {

// What the signals that ask the daemon to end mean: SIGTERM, SIGINT and SIGHUP. One value for the whole life, one
// thread at a time.
class Ending {
 public:
  enum class Meaning {
    kEnd,      // end everything that runs, then go
    kNothing,  // that is being done already
    kLeave,    // go at once; what still runs is adopted by the next one
  };

  // How long after the first signal a Ctrl-C is a second wish of a person, and not the same one told twice: `timeout`
  // and terminals signal a process and then its group.
  static constexpr Duration kSecondThought = std::chrono::seconds(1);

  // `now`: when the signal arrived.
  Meaning Take(int signal, SteadyTime now);

 private:
  std::optional<SteadyTime> first_;
};

}  // namespace dagitops::manager
