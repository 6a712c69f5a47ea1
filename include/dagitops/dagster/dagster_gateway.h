#pragma once

#include <string>

#include "dagitops/base/clock.h"
#include "dagitops/base/result.h"
#include "dagitops/model/dagster_instance.h"
#include "dagitops/model/observed.h"

namespace dagitops {

// Asks one Dagster webserver by GraphQL. `url` is its root, with the path prefix if it has one
// ("http://127.0.0.1:3000", "https://dagster.example.com/prefix"). Every call ends within `deadline`.
class DagsterGateway {
 public:
  virtual ~DagsterGateway() = default;
  // All locations as this webserver lists them. A webserver that cannot be asked is told in `error`, not as a failure.
  virtual ObservedWebserver Locations(const std::string& url, Duration deadline) = 0;
  // Makes it read workspace.yaml again and reconnect. kStalled for a read-only webserver.
  virtual Status ReloadWorkspace(const std::string& url, Duration deadline) = 0;
  // Fetches one listed location's definitions again. kInvalid when it is not listed.
  virtual Status ReloadLocation(const std::string& url, const std::string& location_name, Duration deadline) = 0;
  // Versions and run launcher. Changes nothing.
  virtual Result<DagsterInstance> Instance(const std::string& url, Duration deadline) = 0;
  // Runs that end with the server that they are in. Changes nothing.
  virtual Result<RunsInside> Runs(const std::string& url, Duration deadline) = 0;
};

}  // namespace dagitops
