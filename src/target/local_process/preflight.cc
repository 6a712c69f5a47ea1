#include "target/local_process/preflight.h"

#include <map>

#include "dagitops/base/version.h"

namespace dagitops::local_process {
namespace {

std::string Setting(const Options& options) {
  return "or name an interpreter that has it in local_process.python of environment " + options.environment;
}

Error Missing(const Options& options, const std::string& package) {
  return {ErrorKind::kInvalid, "dagster-missing", options.python, "this Python has no " + package,
          options.python + " -m pip install dagster dagster-webserver; " + Setting(options)};
}

}  // namespace

Status Preflight(const Options& options, const Paths& paths, Interpreters& interpreters) {
  DAGITOPS_TRY(paths.Check());
  auto versions = interpreters.Packages(options.python, {"dagster", "dagster-webserver"});
  if (!versions && versions.error().code == "program-not-found") {
    return Error{ErrorKind::kInvalid, "python-missing", options.python, "there is no such program",
                 "apt install python3 python3-venv, " + Setting(options)};
  }
  if (!versions) return versions.error();
  const std::string dagster = (*versions)["dagster"];
  if (dagster.empty()) return Missing(options, "Dagster");
  if (!AtLeast(dagster, kOldestDagster)) {
    return Error{ErrorKind::kInvalid, "dagster-too-old", options.python,
                 "it has Dagster " + dagster + ", needed is " + kOldestDagster + " or newer",
                 options.python + " -m pip install --upgrade dagster dagster-webserver"};
  }
  if (options.webserver.start && (*versions)["dagster-webserver"].empty()) return Missing(options, "dagster-webserver");
  return Ok();
}

}  // namespace dagitops::local_process
