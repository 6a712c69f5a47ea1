#pragma once

#include <optional>
#include <string>
#include <vector>

namespace dagitops {

// What Dagster's charts run in a namespace already, which nobody made from here.
struct ExistingInstall {
  struct Release {
    std::string name;
    std::string chart;    // "dagster-user-deployments", or "dagster" where that has it as a subchart
    std::string version;  // of the chart
    std::string values;   // YAML, as Helm was given them
    std::vector<std::string> servers;
  };

  std::string name_space;
  std::vector<Release> releases;         // those with code servers, by name
  std::string workspace_map;             // the ConfigMap that the webserver mounts; empty: none was found
  std::string workspace_release;         // the Helm release that it is from; empty: of none
  std::optional<std::string> workspace;  // the workspace.yaml in it
};

}  // namespace dagitops
