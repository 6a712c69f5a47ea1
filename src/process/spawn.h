#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "dagitops/base/result.h"

namespace dagitops {

// What the two ways of running a program share.
struct SpawnRequest {
  const std::vector<std::string>& arguments;
  const std::map<std::string, std::string>& environment;
  const std::string& working_directory;
  int input = -1;   // becomes standard input; -1: /dev/null
  int output = -1;  // becomes standard output
  int errors = -1;  // becomes standard error
};

// The program as an absolute path: by PATH of `environment` (ours where it has none) when it holds no slash, else
// relative to the working directory. kInvalid when it is not there or may not be executed.
Result<std::string> FindProgram(const SpawnRequest& request);

// Starts the program as leader of a new session; returns once exec has succeeded or failed. The caller reaps it.
// posix_spawn is used because fork in a program with threads may only call very few functions before exec; glibc
// returns exec's own error (posix_spawn(3)).
Result<pid_t> Spawn(const SpawnRequest& request);

}  // namespace dagitops
