#include "target/local_process/instance_storage.h"

#include <utility>

#include "dagitops/base/log.h"

#include "target/local_process/command_line.h"
#include "target/local_process/failure_reason.h"

namespace dagitops::local_process {

// With Dagster's default, the queued coordinator, runs are launched by the daemon, which fails those of a location it
// has not read yet (dagster 1.13.27, run); this one lets the webserver launch them, which knows it at once.
const char* const kDagsterYaml =
    "# Made by dagitops, which will not touch it again.\n"
    "telemetry:\n"
    "  enabled: false\n"
    "run_coordinator:\n"
    "  module: dagster._core.run_coordinator\n"
    "  class: DefaultRunCoordinator\n";

namespace {

constexpr std::size_t kMostYaml = 64u << 10;
constexpr Duration kDeadline = std::chrono::minutes(2);

// `dagster instance info` opens all three storages and so makes them (dagster 1.13.27, run).
Status MakeStorage(const Options& options, const Paths& paths, CommandRunner& commands) {
  Command command;
  command.arguments = {options.python, "-m", "dagster", "instance", "info"};
  command.environment = BaseEnvironment(options.environment_variables, options.dagster_home, options.python);
  command.working_directory = paths.EmptyFolder();
  command.deadline = kDeadline;
  Log(LogLevel::kInfo, "preparing Dagster's storage", {{"home", options.dagster_home}});
  DAGITOPS_ASSIGN(const CommandResult result, commands.Run(command));
  if (result.exit_code == 0) return Ok();
  return Error{ErrorKind::kStalled, "dagster-storage", options.dagster_home,
               result.timed_out ? "its storage was not made within 2 minutes"
                                : "its storage cannot be made: " + FailureReason(result.errors, ""),
               "run `DAGSTER_HOME=" + options.dagster_home + " " + options.python + " -m dagster instance info`"};
}

}  // namespace

Status PrepareStorage(const Options& options, const Paths& paths, Disk& disk, CommandRunner& commands) {
  DAGITOPS_ASSIGN(const auto yaml, disk.Read(options.dagster_home + "/dagster.yaml", kMostYaml));
  if (!yaml || *yaml != kDagsterYaml) return Ok();
  DAGITOPS_ASSIGN(const auto done, disk.Read(paths.StorageMark(), 1));
  if (done) return Ok();
  DAGITOPS_TRY(MakeStorage(options, paths, commands));
  return disk.Write(paths.StorageMark(), options.dagster_home + "\n");
}

}  // namespace dagitops::local_process
