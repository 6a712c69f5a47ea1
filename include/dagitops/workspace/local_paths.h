#pragma once

#include <map>
#include <string>
#include <vector>

#include "dagitops/base/diagnostic.h"
#include "dagitops/model/composition.h"

namespace dagitops::workspace {

// What stands directly in a folder, by name; true for a folder.
using FolderNames = std::map<std::string, bool>;

// The folders that LintLocalPaths looks into, sorted: those on the way to each `dagitops.local.path`, and to the
// requirements below it. "." is the workspace's root.
std::vector<std::string> FoldersOfLocalPaths(const Composition& composition);

// Warnings (local-path-missing) for locations whose `dagitops.local.path` is no folder of the repository, or whose
// `requirements` is no file below it. Source trees leave out code, so `folders` says what is there: those of
// FoldersOfLocalPaths that exist. No fault, since only a target that runs code from the repository needs it.
Diagnostics LintLocalPaths(const Composition& composition, const std::map<std::string, FolderNames>& folders);

}  // namespace dagitops::workspace
