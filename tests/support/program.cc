#include "support/program.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>

#include "support/temp_dir.h"

namespace dagitops::support {
namespace {

[[noreturn]] void Execute(const Program& program, int output, const std::string& input_file) {
  const int input = open(input_file.c_str(), O_RDONLY | O_CLOEXEC);
  dup2(input, 0);
  dup2(output, 1);
  dup2(output, 2);
  close_range(3, ~0U, 0);
  if (!program.folder.empty() && chdir(program.folder.c_str()) != 0) _exit(127);
  for (const auto& [key, value] : program.environment) setenv(key.c_str(), value.c_str(), 1);
  std::vector<char*> arguments;
  for (const std::string& argument : program.arguments) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  _exit(127);
}

std::string ReadAll(int descriptor) {
  std::string text;
  std::array<char, 65536> buffer{};
  for (;;) {
    const ssize_t got = read(descriptor, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace

ProgramResult RunProgram(const Program& program) {
  const TempDir folder;
  const std::string input_file = folder / "input";
  std::ofstream(input_file, std::ios::binary) << program.input;
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return {};
  const pid_t pid = fork();
  if (pid == 0) Execute(program, ends[1], input_file);
  close(ends[1]);
  ProgramResult result;
  result.output = ReadAll(ends[0]);
  close(ends[0]);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
  return result;
}

}  // namespace dagitops::support
