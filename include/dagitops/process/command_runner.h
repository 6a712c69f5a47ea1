#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/base/result.h"

namespace dagitops {

struct Command {
  std::vector<std::string> arguments;              // arguments[0] is found by the PATH of `environment`
  std::map<std::string, std::string> environment;  // the whole environment: nothing is inherited
  std::string input;                               // what it reads from standard input; never in a file on disk
  std::string working_directory;                   // must exist; empty: ours
  Duration deadline = std::chrono::seconds(60);    // then the process group is killed
  std::size_t max_output = 1u << 20;               // bytes kept of each stream, from its end
};

struct CommandResult {
  int exit_code = -1;  // -1 when a signal ended it
  int signal = 0;
  bool timed_out = false;
  std::string output;
  std::string errors;
};

// Runs a program to its end. A program that fails is a result, one that cannot be started is an Error (kInvalid when it
// does not exist). No descendant outlives the call. Safe to call from any thread.
class CommandRunner {
 public:
  virtual ~CommandRunner() = default;
  virtual Result<CommandResult> Run(const Command& command) = 0;
};

}  // namespace dagitops
