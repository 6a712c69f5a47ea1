#pragma once

#include <map>
#include <string>
#include <string_view>

namespace dagitops {

// What one webserver says about the Dagster that it belongs to.
struct DagsterInstance {
  std::string version;       // of the webserver's own dagster: "1.13.27"
  std::string run_launcher;  // the class's name: "K8sRunLauncher", "DefaultRunLauncher"; empty: not told
  std::map<std::string, std::string>
      location_versions;  // of dagster in each loaded location that tells it, by its name

  friend bool operator==(const DagsterInstance&, const DagsterInstance&) = default;
};

// The runs that are starting, going on or being cancelled inside code servers.
struct RunsInside {
  // The run launcher keeps them there: DefaultRunLauncher does (dagster 1.13.27,
  // _core/launcher/default_run_launcher.py), and any other gives them a place of their own. False: `by_location` is
  // empty.
  bool kept = false;
  std::map<std::string, int> by_location;  // by location name; 1 or more

  friend bool operator==(const RunsInside&, const RunsInside&) = default;
};

// Whether runs of this class's instances live in the code server and die with it.
bool KeepsRunsInside(std::string_view run_launcher);

}  // namespace dagitops
