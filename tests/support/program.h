#pragma once

#include <map>
#include <string>
#include <vector>

namespace dagitops::support {

// What a program that a test ran said.
struct ProgramResult {
  int exit_code = -1;  // -1: it could not be started, or a signal ended it
  std::string output;  // both streams, as they came
};

struct Program {
  std::vector<std::string> arguments;                   // arguments[0] is found by PATH
  std::map<std::string, std::string> environment = {};  // on top of ours
  std::string folder = {};                              // to run in; empty: ours
  std::string input = {};                               // its standard input
};

// Runs it to its end. For tests only: no deadline of its own, ctest has one.
ProgramResult RunProgram(const Program& program);

}  // namespace dagitops::support
