#pragma once

#include <map>
#include <string>

#include "dagitops/base/clock.h"
#include "dagitops/base/random.h"

namespace dagitops::controller {

// How long to wait after failures in a row: 200 ms doubling to 60 s for each key on its own, up to a fifth longer by
// chance. Success forgets.
class Backoff {
 public:
  explicit Backoff(Random& random) : random_(random) {}
  Duration Failed(const std::string& key);
  void Succeeded(const std::string& key) { failures_.erase(key); }

 private:
  Random& random_;
  std::map<std::string, int> failures_;
};

}  // namespace dagitops::controller
