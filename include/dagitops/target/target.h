#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/base/result.h"
#include "dagitops/model/observed.h"
#include "dagitops/model/plan.h"

namespace dagitops {

// A webserver that the target knows of.
struct WebserverEndpoint {
  std::string url;         // base, e.g. "http://127.0.0.1:3000" or with a path prefix
  bool read_only = false;  // it takes no requests to reload
};

// Where an environment runs. No call waits for anything to become ready: Apply starts or stops something and returns,
// and the next Observe tells how it went. One thread per target.
class Target {
 public:
  virtual ~Target() = default;
  // Servers and published bytes; webservers are filled in by the caller through the gateway. An error means that
  // nothing is known: it is never taken for "there is nothing".
  virtual Result<Observed> Observe() = 0;
  virtual std::vector<WebserverEndpoint> Webservers() = 0;
  // Carries out kStart, kPublish, kStop, or kReload by restart. Idempotent: the same item twice is the same as once.
  virtual Status Apply(const PlanItem& item) = 0;
  // Called once a pass after everything else: starts what belongs to the environment itself (webserver, daemon), cleans
  // up leftovers that nothing in `desired` needs. Safe to skip.
  virtual Status Maintain(const Desired& desired) = 0;
  // How soon Observe may tell something new without anybody's doing: short while a server is starting. nullopt: nothing
  // is on its way.
  virtual std::optional<Duration> LookAgain() const = 0;
};

}  // namespace dagitops
