#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dagitops/base/clock.h"

namespace dagitops {

// Where Dagster finds the definitions; Dagster's own words (dagster 1.13.27, _cli/workspace/cli_target.py).
struct CodeSource {
  enum class Kind { kPythonFile, kModuleName, kPackageName, kAutoloadDefsModuleName };
  Kind kind = Kind::kModuleName;
  std::string target;             // path or dotted name
  std::string attribute;          // empty: Dagster finds the definitions itself
  std::string working_directory;  // empty: the server's own

  friend bool operator==(const CodeSource&, const CodeSource&) = default;
};

// A server that nobody deploys from here: published and verified, not run. Exactly one of port and socket.
struct ExternalServer {
  std::string host;
  int port = 0;
  std::string socket;
  bool ssl = false;

  friend bool operator==(const ExternalServer&, const ExternalServer&) = default;
};

// How the location runs as a process on this machine (target local_process).
struct LocalSettings {
  std::string path;          // folder of the repository that holds the code; empty: not runnable as a process
  std::string python;        // interpreter; empty: the environment's
  std::string requirements;  // requirements file below `path`: the location gets a virtual environment of its own
  std::string env_file;      // KEY=value lines on this machine, outside git; empty: none

  friend bool operator==(const LocalSettings&, const LocalSettings&) = default;
};

// What happens to runs inside a server that is replaced or removed.
struct RunsPolicy {
  bool wait = true;
  Duration limit = std::chrono::minutes(30);  // after that the server is stopped and the cut runs are named

  friend bool operator==(const RunsPolicy&, const RunsPolicy&) = default;
};

// One `lint: {ignore: [...]}` entry; a reason is required.
struct LintIgnore {
  std::string code;
  std::string reason;

  friend bool operator==(const LintIgnore&, const LintIgnore&) = default;
};

enum class Gate { kDefault, kRollout, kCandidate };

// The `dagitops:` block of a composed entry, read. It never reaches the chart.
struct LocationSettings {
  int schema_version = 1;
  std::string location_name;  // as Dagster shows it; defaults to the entry's name
  std::string owner;
  bool enabled = true;
  int order = 0;
  std::map<std::string, std::string> metadata;  // shown by Dagster's UI
  std::optional<CodeSource> code_source;
  std::optional<ExternalServer> external;
  std::optional<LocalSettings> local;
  RunsPolicy runs;
  Gate gate = Gate::kDefault;
  std::vector<LintIgnore> lint_ignore;

  friend bool operator==(const LocationSettings&, const LocationSettings&) = default;
};

}  // namespace dagitops
