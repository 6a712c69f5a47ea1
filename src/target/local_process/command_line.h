#pragma once

#include <map>
#include <string>
#include <vector>

#include "dagitops/model/desired.h"

namespace dagitops::local_process {

// What a code server's command line is made of.
struct ServerCommand {
  const ProcessSpec& spec;
  std::string location_name;
  std::string python;
  std::string socket;
  std::string code_folder;  // absolute
  std::string server_id;    // another one for each start
};

// `<python> -m dagster api grpc --socket … --location-name … --use-python-environment-entry-point <arguments>`, or the
// same for `dagster code-server start`, which is told its server id besides: it imports its code anew whenever a
// webserver reloads its workspace, and would take another id each time (dagster 1.13.27, _grpc/proxy_server.py), so
// that nobody could tell which start of which version a webserver has loaded. Without the last of the three flags, runs
// would be started by whatever `dagster` PATH has. Relative paths of the arguments are taken as relative to the code
// folder, which stands for the image's working directory, and made absolute: they become part of a run's origin, and
// the run imports the file again from there (dagster 1.13.27, run). The code folder is the working directory where the
// arguments name none.
std::vector<std::string> ServerArguments(const ServerCommand& command);

// What a process gets of the environment: `inherited`, then what Python and Dagster shall know. The folder of `python`
// comes first in PATH, as in an activated virtual environment, since user code runs tools (dbt) that live there.
std::map<std::string, std::string> BaseEnvironment(const std::map<std::string, std::string>& inherited,
                                                   const std::string& dagster_home, const std::string& python);

}  // namespace dagitops::local_process
