#pragma once

#include <map>
#include <string>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/process/command_runner.h"

namespace dagitops::local_process {

// What the target asks of Python interpreters. Answers are kept for a minute, so that a pass costs nothing.
class Interpreters {
 public:
  Interpreters(CommandRunner& commands, const Clock& clock, const std::map<std::string, std::string>& environment)
      : commands_(commands), clock_(clock), environment_(environment) {}

  // The interpreter's own path and version, as one text. kInvalid when it does not run.
  Result<std::string> Version(const std::string& python);

  // The `uv` beside the interpreter, or the one of PATH; empty when there is none.
  std::string FindUv(const std::string& python);

  // The versions of installed packages, empty for those that are not there. kInvalid when the interpreter does not run.
  Result<std::map<std::string, std::string>> Packages(const std::string& python, const std::vector<std::string>& names);

  // The version of Dagster as it says itself once imported, which may take a cold machine some ten seconds.
  Result<std::string> ImportDagster(const std::string& python);

 private:
  Result<std::string> Run(const std::vector<std::string>& arguments, Duration deadline);

  struct Known {
    SteadyTime asked{};
    std::string text;
  };

  CommandRunner& commands_;
  const Clock& clock_;
  const std::map<std::string, std::string>& environment_;
  std::map<std::string, Known> versions_;
  std::map<std::string, Known> uv_;
};

}  // namespace dagitops::local_process
