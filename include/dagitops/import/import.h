#pragma once

#include <map>
#include <string>
#include <vector>

#include "dagitops/base/diagnostic.h"

namespace dagitops::import {

// One file of an existing install: values of the chart dagster-user-deployments, values of the chart dagster, values of
// a chart that has one of them below it, or a workspace.yaml. Which it is shows in its content.
struct ImportFile {
  std::string path;  // for messages; of workspace.yaml also the folder its relative paths start from
  std::string text;
};

struct ImportOptions {
  std::string environment = "production";        // the environment whose values these are
  std::string code_folder = "code";              // where in the repository the code of workspace.yaml will lie
  std::map<std::string, std::string> variables;  // values for `{env: NAME}` in workspace.yaml
  bool per_location = false;                     // a release for each location, though the install has one for all
};

struct ImportResult {
  // Path in the workspace repository -> text: dagitops.yaml, locations/<name>.yaml and, where there are chart-level
  // values, environments/<env>/user-deployments.yaml. Empty when there is a fault.
  std::map<std::string, std::string> files;
  // What the files cannot tell and the reader should know, one sentence each, in the order found.
  std::vector<std::string> notes;
  // Faults are refusals. Codes: docs/import.md, beside those of yaml::Parse.
  Diagnostics diagnostics;
};

// Turns an existing install into a workspace repository that composes to the same values: scalars keep their text,
// strings that look like something else stay quoted, and keys that are null in an entry are left out. All files are
// read together: a server of workspace.yaml that is one of the imported deployments gives that location its name; one
// that nobody deploys from here becomes an external location. A pure function: the same files give the same result.
ImportResult Import(const std::vector<ImportFile>& files, const ImportOptions& options);

}  // namespace dagitops::import
