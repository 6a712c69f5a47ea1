#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dagitops/base/diagnostic.h"
#include "dagitops/model/location_settings.h"
#include "dagitops/model/value.h"

namespace dagitops::import {

// One item of a `deployments` list.
struct Deployment {
  std::string name;
  Value entry;  // without null-valued keys
  Position place;
  std::size_t rank = 0;  // place among all that was found
  bool runs = true;      // false: only listed, the release it stands in does not run it (enableSubchart: false)
};

// One server of workspace.yaml, or of `workspace.servers` of the chart dagster.
struct Server {
  std::string location_name;
  ExternalServer address;
  std::map<std::string, std::string> metadata;
  Position place;
  std::size_t rank = 0;
};

// A location of workspace.yaml that Dagster itself runs from Python code.
struct PythonCode {
  std::string location_name;
  CodeSource source;
  std::string python;       // interpreter; empty: Dagster's own
  std::string code_folder;  // of the workspace repository
  Position place;
  std::size_t rank = 0;
};

// Values of the chart dagster-user-deployments beside `deployments`.
struct ChartValues {
  Value values;
  Position place;
};

// What the files hold, before names are settled.
struct Found {
  std::vector<Deployment> deployments;
  std::vector<Server> servers;
  std::vector<PythonCode> python;
  std::vector<ChartValues> chart_values;
  bool has_server_list = false;  // some file says which servers Dagster loads
  std::vector<std::string> notes;
  Diagnostics diagnostics;

  std::size_t NextRank() { return ranks++; }
  std::size_t ranks = 0;
};

// The words of a diagnostic after its code: found, expected, what to do.
struct Words {
  std::string found;
  std::string expected;
  std::string fix;
};

inline Position At(const std::string& file, const Mark& mark) {
  return {file, static_cast<int>(mark.line), static_cast<int>(mark.column)};
}

inline void Refuse(Found& found, std::string code, Position place, Words words) {
  Diagnostic fault;
  fault.code = std::move(code);
  fault.position = std::move(place);
  fault.found = std::move(words.found);
  fault.expected = std::move(words.expected);
  fault.fix = std::move(words.fix);
  found.diagnostics.push_back(std::move(fault));
}

}  // namespace dagitops::import
