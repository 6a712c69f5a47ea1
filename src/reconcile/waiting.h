#pragma once

#include <set>
#include <string>

#include "dagitops/base/clock.h"
#include "dagitops/model/desired.h"
#include "dagitops/model/observed.h"

namespace dagitops::reconcile {

// What the webservers have yet to confirm: one text for each server that is ready and published but is not listed by a
// webserver, and one for each webserver that could not be asked.
std::set<std::string> Unconfirmed(const Desired& desired, const Observed& observed);

// How soon to ask again after having waited that long: 200 ms at first, since a reload takes moments; then less and
// less, down to every 10 s, since a webserver that is down or read-only may stay so for days.
Duration AskPause(Duration waited);

// Remembers since when something is waited for. Whatever is new on the list is waited for eagerly again.
class Waiting {
 public:
  void Note(std::set<std::string> unconfirmed, WallTime now);
  bool any() const { return !unconfirmed_.empty(); }
  Duration Pause(WallTime now) const { return AskPause(now - since_); }

 private:
  std::set<std::string> unconfirmed_;
  WallTime since_{};
};

}  // namespace dagitops::reconcile
