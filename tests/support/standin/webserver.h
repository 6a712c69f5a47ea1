#pragma once

#include "support/standin/options.h"

namespace dagitops::standin {

// Answers the GraphQL calls that dagitops makes as dagster-webserver 1.13.27 does: the list of locations is read from
// its -w file at start and at reloadWorkspace only; each location's server is asked whenever the list is. Answers
// always carry all fields it knows of, whatever the query selects. Returns the process's exit code.
int RunWebserver(const Arguments& arguments);

// As dagster-daemon: reads its -w file every second (Dagster: every minute) and notes in the journal what it saw first
// and whenever it changed.
int RunDaemon(const Arguments& arguments);

}  // namespace dagitops::standin
