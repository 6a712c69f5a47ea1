#pragma once

#include "dagitops/base/clock.h"
#include "dagitops/dagster/dagster_gateway.h"
#include "dagitops/doctor/facts.h"
#include "dagitops/process/command_runner.h"
#include "dagitops/target/local_process/local_process_target.h"

namespace dagitops::local_process {

struct FactSeams {
  CommandRunner& commands;
  DagsterGateway& gateway;
  const Clock& clock;
};

// Whether this machine can run the environment, and who answers as its webserver. Changes nothing. Each call ends
// within a minute.
doctor::LocalFacts GatherFacts(const Options& options, const FactSeams& seams);

}  // namespace dagitops::local_process
