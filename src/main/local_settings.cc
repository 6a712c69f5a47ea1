#include "main/local_settings.h"

namespace dagitops {

local_process::Options LocalOptions(const EnvironmentOrigin& origin) {
  const config::EnvironmentSettings& environment = origin.environment();
  const config::LocalProcessSettings& local = environment.local_process;
  local_process::Options options;
  options.environment = origin.name;
  options.state_dir = origin.settings.state_dir + "/local/" + origin.name;
  options.runtime_dir = local.runtime_dir;
  if (!local.python.empty()) options.python = local.python;
  options.dagster_home = environment.dagster.home;
  options.environment_variables = local_process::PickServerVariables(origin.variables);
  options.build_variables = local_process::PickBuildVariables(origin.variables);
  const config::WebserverSettings& webserver = environment.dagster.webserver;
  options.webserver = {webserver.start, webserver.host, webserver.port, webserver.path_prefix, webserver.url};
  options.start_daemon = environment.dagster.start_daemon;
  options.stop_grace = local.stop_grace;
  options.start_timeout = local.start_timeout;
  options.restart_limit = local.restart_limit;
  options.log_max_bytes = local.logs.max_bytes;
  options.log_keep = local.logs.keep;
  return options;
}

}  // namespace dagitops
