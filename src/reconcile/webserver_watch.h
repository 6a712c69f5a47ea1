#pragma once

#include <map>
#include <string>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/dagster/dagster_gateway.h"
#include "dagitops/model/observed.h"
#include "dagitops/target/target.h"

namespace dagitops::reconcile {

// Asks the webservers what they have loaded, and remembers what they were asked to do. Passes come many times a second
// while a server starts; a webserver is asked again only when its answer can have changed or is old.
class WebserverWatch {
 public:
  explicit WebserverWatch(DagsterGateway& gateway) : gateway_(gateway) {}

  // Answers older than `fresh` are asked anew, and all after something was published or a reload was asked for.
  std::vector<ObservedWebserver> Observe(const std::vector<WebserverEndpoint>& endpoints, WallTime now, Duration fresh);

  // workspace.yaml was written: what was asked of the webservers before counts no more.
  void Published();
  Status Reload(const std::string& url, WallTime now);

 private:
  struct Entry {
    ObservedWebserver last;
    std::optional<WallTime> asked;
  };
  void Ask(Entry& entry, const std::string& url, WallTime now);

  DagsterGateway& gateway_;
  std::map<std::string, Entry> entries_;  // by URL
};

}  // namespace dagitops::reconcile
