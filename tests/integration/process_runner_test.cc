#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "dagitops/process/posix_command_runner.h"

#include "support/case_name.h"
#include "support/process_probe.h"

namespace dagitops {
namespace {

using support::Eventually;
using support::NoSignalIn;
using support::ScratchFolder;
using support::SomeProcessHasArgument;

using testing::HasSubstr;

Command Shell(const std::string& script) {
  Command command;
  command.arguments = {"sh", "-c", script};
  command.environment = {{"PATH", "/usr/bin:/bin"}};
  return command;
}

CommandResult MustRun(const Command& command) {
  auto result = PosixCommandRunner().Run(command);
  EXPECT_TRUE(result) << result.error().Text();
  return result ? *result : CommandResult{};
}

TEST(PosixCommandRunner, GivesTheProgramItsInput) {
  const std::string text(3'000'000, 'x');  // more than a pipe holds
  Command command;
  command.arguments = {"/bin/sh", "-c", "wc -c"};
  command.input = text;
  const auto result = PosixCommandRunner().Run(command);
  ASSERT_TRUE(result) << result.error().Text();
  EXPECT_EQ(result->output, "3000000\n");
}

TEST(CommandRunner, TellsBothStreamsAndTheExitCode) {
  const CommandResult result = MustRun(Shell("echo out; echo err >&2; exit 7"));
  EXPECT_EQ(result.exit_code, 7);
  EXPECT_EQ(result.signal, 0);
  EXPECT_FALSE(result.timed_out);
  EXPECT_EQ(result.output, "out\n");
  EXPECT_EQ(result.errors, "err\n");
}

TEST(CommandRunner, TellsTheSignalThatEndedIt) {
  const CommandResult result = MustRun(Shell("kill -USR1 $$"));
  EXPECT_EQ(result.exit_code, -1);
  EXPECT_EQ(result.signal, SIGUSR1);
}

TEST(CommandRunner, GivesTheEnvironmentAsItIsAndNothingElse) {
  setenv("DAGITOPS_TEST_LEAK", "leaked", 1);
  Command command = Shell("env | cut -d= -f1 | sort | tr '\\n' ' '");
  command.environment["OURS"] = "1";
  EXPECT_EQ(MustRun(command).output, "DAGITOPS_COMMAND OURS PATH PWD ");
}

TEST(CommandRunner, RunsInTheWorkingDirectory) {
  Command command = Shell("pwd");
  command.working_directory = "/usr/bin";
  EXPECT_EQ(MustRun(command).output, "/usr/bin\n");
}

TEST(CommandRunner, GivesNoOpenFileAndAnEmptyInput) {
  const int ours = dup(1);
  // What ls itself opens is the fourth.
  EXPECT_EQ(MustRun(Shell("ls /proc/self/fd | tr '\\n' ' '; cat")).output, "0 1 2 3 ");
  close(ours);
}

TEST(CommandRunner, StartsWithDefaultSignals) {
  signal(SIGINT, SIG_IGN);
  const std::string blocked = MustRun(Shell("grep SigBlk /proc/self/status | cut -f2")).output;
  const std::string ignored = MustRun(Shell("grep SigIgn /proc/self/status | cut -f2")).output;
  signal(SIGINT, SIG_DFL);
  EXPECT_TRUE(NoSignalIn(blocked)) << blocked;
  EXPECT_TRUE(NoSignalIn(ignored)) << ignored;
}

TEST(CommandRunner, KeepsTheEndOfAnOutputThatIsTooLong) {
  Command command = Shell("head -c 3000000 /dev/zero | tr '\\0' x; echo end");
  command.max_output = 10;
  EXPECT_EQ(MustRun(command).output, "xxxxxxend\n");
}

TEST(CommandRunner, TakesLargeOutputOnBothStreamsAtOnce) {
  Command command = Shell("head -c 700000 /dev/zero >&2 & head -c 900000 /dev/zero; wait");
  const CommandResult result = MustRun(command);
  EXPECT_EQ(result.output.size(), 900000u);
  EXPECT_EQ(result.errors.size(), 700000u);
}

TEST(CommandRunner, KillsAtTheDeadlineAndKeepsWhatWasSaid) {
  Command command = Shell("echo begun; sleep 60");
  command.deadline = std::chrono::milliseconds(200);
  const auto start = std::chrono::steady_clock::now();
  const CommandResult result = MustRun(command);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
  EXPECT_TRUE(result.timed_out);
  EXPECT_EQ(result.signal, SIGKILL);
  EXPECT_EQ(result.output, "begun\n");
}

TEST(CommandRunner, KillsAtTheDeadlineWhatNeverStopsWriting) {
  Command command = Shell("yes");
  command.deadline = std::chrono::milliseconds(200);
  command.max_output = 100;
  const CommandResult result = MustRun(command);
  EXPECT_TRUE(result.timed_out);
  EXPECT_LE(result.output.size(), 100u);
}

struct StrayCase {
  std::string name;
  std::string script;
};

class Strays : public testing::TestWithParam<StrayCase> {};

// $1 is a marker that only the stray's command line carries.
TEST_P(Strays, DoNotOutliveTheCommand) {
  const std::string marker = "61." + std::to_string(getpid());
  Command command = Shell(GetParam().script);
  command.arguments.push_back("sh");
  command.arguments.push_back(marker);
  command.deadline = std::chrono::seconds(2);
  const CommandResult result = MustRun(command);
  EXPECT_EQ(result.output, "done\n");
  EXPECT_TRUE(Eventually([&] { return !SomeProcessHasArgument(marker); }));
}

INSTANTIATE_TEST_SUITE_P(Kinds, Strays,
                         testing::Values(StrayCase{"InTheGroup", "sleep $1 & echo done"},
                                         StrayCase{"WithTheOutputOpen", "(sleep $1; echo late) & echo done"},
                                         StrayCase{"InASessionOfItsOwn", "setsid sleep $1 & sleep 0.1; echo done"},
                                         StrayCase{"TwiceRemoved",
                                                   "setsid sh -c 'setsid sleep '$1' & wait' & sleep 0.1; echo done"},
                                         StrayCase{"WithoutTheMark", "env -i /bin/sleep $1 & sleep 0.1; echo done"},
                                         StrayCase{"DeafToSignals", "(trap '' TERM INT HUP; sleep $1) & echo done"},
                                         StrayCase{"WhenTheDeadlineComes", "setsid sleep $1 & echo done; sleep 60"}),
                         support::CaseName{});

struct StartCase {
  std::string name;
  std::vector<std::string> arguments;
  std::string working_directory;
  std::string code;
};

class CannotStart : public testing::TestWithParam<StartCase> {};

TEST_P(CannotStart, IsAnErrorThatNamesIt) {
  Command command;
  command.arguments = GetParam().arguments;
  command.environment = {{"PATH", "/usr/bin:/bin"}};
  command.working_directory = GetParam().working_directory;
  const auto result = PosixCommandRunner().Run(command);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, GetParam().code) << result.error().Text();
  EXPECT_EQ(result.error().kind, ErrorKind::kInvalid);
}

INSTANTIATE_TEST_SUITE_P(
    Programs, CannotStart,
    testing::Values(StartCase{"NotInPath", {"no-such-program-here"}, "", "program-not-found"},
                    StartCase{"NoSuchFile", {"/no/such/file"}, "", "program-not-found"},
                    StartCase{"AFolder", {"/usr"}, "", "program-not-found"},
                    StartCase{"NotExecutable", {"/etc/passwd"}, "", "program-not-executable"},
                    StartCase{"NothingAtAll", {}, "", "program-not-found"},
                    StartCase{"EmptyName", {""}, "", "program-not-found"},
                    StartCase{"NoWorkingDirectory", {"true"}, "/no/such/folder", "working-directory-missing"},
                    StartCase{"WorkingDirectoryIsAFile", {"true"}, "/etc/passwd", "working-directory-missing"}),
    support::CaseName{});

TEST(CommandRunner, NamesAMissingInterpreter) {
  const ScratchFolder folder;
  const std::string script = folder.Write("script", "#!/no/such/interpreter\n", 0755);
  Command command;
  command.arguments = {script};
  const auto result = PosixCommandRunner().Run(command);
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().Text(), HasSubstr("first line"));
}

TEST(CommandRunner, FindsAProgramBelowTheWorkingDirectory) {
  const ScratchFolder folder;
  folder.Write("bin/tool", "#!/bin/sh\necho tool\n", 0755);
  Command command;
  command.arguments = {"bin/tool"};
  command.working_directory = folder.path();
  EXPECT_EQ(MustRun(command).output, "tool\n");
}

TEST(CommandRunner, RunsFromManyThreadsAtOnce) {
  std::vector<std::thread> threads;
  std::array<std::string, 8> outputs;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    threads.emplace_back([&outputs, i] {
      for (int round = 0; round < 5; ++round) outputs[i] += MustRun(Shell("printf " + std::to_string(i))).output;
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 0; i < outputs.size(); ++i) EXPECT_EQ(outputs[i], std::string(5, static_cast<char>('0' + i)));
}

}  // namespace
}  // namespace dagitops
