#pragma once

#include "dagitops/base/result.h"
#include "dagitops/process/command_runner.h"
#include "dagitops/target/local_process/disk.h"
#include "dagitops/target/local_process/local_process_target.h"

#include "target/local_process/paths.h"

namespace dagitops::local_process {

// The dagster.yaml of a DAGSTER_HOME that has none.
extern const char* const kDagsterYaml;

// Makes the database files of a DAGSTER_HOME that is ours, before the first process opens them. Webserver and daemon
// each make them when they are missing; started together they can stamp one file twice, and then neither ever starts
// again ("Version table 'alembic_version' has more than one head present", dagster 1.13.27, run). Costs two to
// three seconds, once; a home with somebody's own dagster.yaml is left to its owner.
Status PrepareStorage(const Options& options, const Paths& paths, Disk& disk, CommandRunner& commands);

}  // namespace dagitops::local_process
