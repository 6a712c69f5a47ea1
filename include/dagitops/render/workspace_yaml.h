#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dagitops/base/result.h"
#include "dagitops/model/desired.h"
#include "dagitops/model/location_settings.h"

namespace dagitops::render {

// How Dagster's UI shows a location: its name and metadata, the owner among it. With the address of an external server;
// that of any other one only the target knows.
WorkspaceEntry PublishedAs(const LocationSettings& settings);

// The workspace.yaml that names these servers, in their order; `load_from: []` for none, since Dagster takes neither an
// empty file nor `{}` (dagster 1.13.27, _core/workspace/config_schema.py). Strings are quoted, ports are integers,
// `ssl` and `additional_metadata` stand only where they say something. The same entries give the same bytes.
//
// Errors, all of kind kInvalid, since Dagster refuses the whole file or takes one location for another:
//   workspace-duplicate   two entries with one location name
//   workspace-entry       no name, neither or both of port and socket, a port outside of 1..65535, a port without host
Result<std::string> WorkspaceYaml(const std::vector<WorkspaceEntry>& entries);

// Whether Dagster could take this entry; the error is of code workspace-entry.
Status CheckEntry(const WorkspaceEntry& entry);

// The servers that such a text names, in its order. What WorkspaceYaml would not write is left out, so a text that
// cannot be read names none.
std::vector<WorkspaceEntry> ReadWorkspaceYaml(std::string_view text);

}  // namespace dagitops::render
