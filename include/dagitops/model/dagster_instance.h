#pragma once

#include <map>
#include <string>

namespace dagitops {

// What one webserver says about the Dagster that it belongs to.
struct DagsterInstance {
  std::string version;       // of the webserver's own dagster: "1.13.27"
  std::string run_launcher;  // the class's name: "K8sRunLauncher", "DefaultRunLauncher"; empty: not told
  std::map<std::string, std::string>
      location_versions;  // of dagster in each loaded location that tells it, by its name

  friend bool operator==(const DagsterInstance&, const DagsterInstance&) = default;
};

}  // namespace dagitops
