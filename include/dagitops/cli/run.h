#pragma once

#include <string>
#include <vector>

#include "dagitops/cli/services.h"

namespace dagitops::cli {

// What a process ends with; the same for every command.
enum ExitCode {
  kDone = 0,
  kFailed = 1,
  kUsage = 2,
  kInvalidInput = 3,    // the repository or a settings file has faults
  kChangesPending = 4,  // plan --exit-code
  kNeedsApproval = 5,
};

// Runs the command line (without the program's name) and gives the exit code.
int Run(const std::vector<std::string>& arguments, const Services& services);

// "0.1.0"
std::string ProgramVersion();

}  // namespace dagitops::cli
