#pragma once

#include <map>
#include <string>

#include "dagitops/model/value.h"

#include "import/found.h"

namespace dagitops::import {

struct WorkspaceContext {
  const std::string& file;
  const std::string& code_folder;                       // where its relative paths will start in the repository
  const std::map<std::string, std::string>& variables;  // for {env: NAME}
};

// Reads a workspace.yaml as Dagster does (dagster 1.13.27, _core/workspace/config_schema.py and load.py), the default
// names of locations included, into `found`. What Dagster refuses is refused, with its place.
void ReadWorkspaceFile(const WorkspaceContext& context, const Value& root, Found& found);

}  // namespace dagitops::import
