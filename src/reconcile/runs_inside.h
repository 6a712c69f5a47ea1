#pragma once

#include <map>
#include <string>

#include "dagitops/base/clock.h"
#include "dagitops/model/desired.h"
#include "dagitops/model/observed.h"

namespace dagitops::reconcile {

// For a target that cannot ask its servers for their runs: tells of each what the webservers say of its location. -1
// where they keep runs inside servers and none said so within the last seconds. As long as no webserver ever answered,
// runs are taken to have places of their own, which is what the chart sets up.
void ObserveRuns(Observed& observed);

// Remembers since when a version of a location is to take the place of the one that is there, which is when waiting
// for the runs of that one begins.
class Replacements {
 public:
  void Note(Desired& desired, const Observed& observed);

 private:
  struct Wanted {
    std::string content;
    WallTime since{};
  };
  std::map<std::string, Wanted> wanted_;  // by location
};

}  // namespace dagitops::reconcile
