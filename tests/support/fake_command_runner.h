#pragma once

#include <functional>
#include <string>
#include <vector>

#include "dagitops/process/command_runner.h"

#include "support/faults.h"

namespace dagitops::support {

// Answers each command by a function of the test's; without one, every program exits with 0 and says nothing.
class FakeCommandRunner final : public CommandRunner {
 public:
  Result<CommandResult> Run(const Command& command) override {
    commands.push_back(command);
    if (answer) return answer(command);
    return Said("");
  }

  static CommandResult Said(const std::string& output) {
    CommandResult result;
    result.exit_code = 0;
    result.output = output;
    return result;
  }

  std::function<Result<CommandResult>(const Command&)> answer;
  std::vector<Command> commands;
};

// A runner whose calls count, and go wrong, with all others that share `faults`.
class FailingCommandRunner final : public CommandRunner {
 public:
  FailingCommandRunner(CommandRunner& inner, Faults& faults) : inner_(inner), faults_(faults) {}

  Result<CommandResult> Run(const Command& command) override {
    return faults_.Around("runner.Run", [&] { return inner_.Run(command); });
  }

 private:
  CommandRunner& inner_;
  Faults& faults_;
};

}  // namespace dagitops::support
