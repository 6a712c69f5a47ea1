#pragma once

#include "dagitops/process/command_runner.h"

namespace dagitops {

// Runs commands in sessions of their own, without a terminal, all signals at their defaults and no file
// of ours open. When the command ends, or its deadline comes, its whole group is killed, and so is every process that
// left the group but still carries the command's mark (the variable kMark, added to its environment).
// Needs SIGCHLD not to be ignored, and Linux 5.3 (pidfd_open).
class PosixCommandRunner final : public CommandRunner {
 public:
  static constexpr const char* kMark = "DAGITOPS_COMMAND";

  // kInvalid "program-not-found", "program-not-executable", "working-directory-missing"; kRetry "process-start-failed".
  Result<CommandResult> Run(const Command& command) override;
};

}  // namespace dagitops
