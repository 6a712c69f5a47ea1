#pragma once

#include <map>
#include <string>
#include <string_view>

#include "dagitops/base/result.h"
#include "dagitops/http/http_client.h"
#include "dagitops/model/dagster_instance.h"
#include "dagitops/model/observed.h"

namespace dagitops {

// The bodies to post, and what the webserver's answers mean. Fields and type names are those of
// dagster_graphql 1.13.27, schema/external.py, roots/mutation.py and schema/errors.py. Pure. Errors as in
// graphql_gateway.h, without a subject.

std::string LocationsBody();
std::string ReloadWorkspaceBody();
std::string ReloadLocationBody(std::string_view location_name);
// The same texts were run against dagster-webserver 1.10.21 and 1.13.27.
std::string InstanceBody();
std::string RunsBody();

// By location name. A location is loaded when locationOrLoadError says so: loadStatus is LOADED for broken ones too.
Result<std::map<std::string, LoadedLocation>> ReadLocations(const HttpResponse& response);
Status ReadReloadWorkspace(const HttpResponse& response);
Status ReadReloadLocation(const HttpResponse& response);
Result<DagsterInstance> ReadInstance(const HttpResponse& response);
Result<RunsInside> ReadRuns(const HttpResponse& response);

// The server id inside a loaded location's versionKey: `["<id>", <image>]` in 1.13.27, the bare id in 1.10.21.
std::string ServerIdOfVersionKey(std::string_view version_key);

}  // namespace dagitops
