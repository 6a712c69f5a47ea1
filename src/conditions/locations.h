#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dagitops/conditions/summarize.h"
#include "dagitops/model/lookup.h"

namespace dagitops::conditions {

// What a pass came to know, by location.
class Known {
 public:
  explicit Known(const PassOutcome& outcome);
  const DesiredLocation* Location(const std::string& name) const { return desired_ ? desired_->Find(name) : nullptr; }
  const ObservedServer* Server(const DesiredServer& wanted) const {
    return servers_ ? servers_->Find(wanted) : nullptr;
  }

 private:
  std::optional<DesiredByName> desired_;
  std::optional<ServersByLocation> servers_;
};

// One status a location: all that run or shall run, in published order, then those with nothing to run.
std::vector<LocationStatus> SummarizeLocations(const PassOutcome& outcome, const Known& known);

// The server that a location goes on with is on its way, as after another version of it did not come up.
bool ServerIsComing(const Known& known, const std::string& name);

}  // namespace dagitops::conditions
