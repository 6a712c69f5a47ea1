#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "dagitops/process/posix_command_runner.h"
#include "dagitops/process/posix_process_host.h"

#include "support/process_probe.h"

namespace dagitops {
namespace {

using support::Eventually;
using support::NoSignalIn;
using support::ReadText;
using support::ScratchFolder;
using support::SomeProcessHasArgument;

using testing::HasSubstr;
using testing::SizeIs;

class ProcessHostTest : public testing::Test {
 protected:
  ~ProcessHostTest() override {
    for (const ProcessIdentity& process : started_) {
      EXPECT_TRUE(host_.Signal(process, SIGKILL));
      EXPECT_TRUE(Eventually([&] { return !host_.Alive(process); }));
    }
  }

  BackgroundProcess Shell(const std::string& script) const {
    BackgroundProcess process;
    process.arguments = {"sh", "-c", script};
    process.environment = {{"PATH", "/usr/bin:/bin"}, {"DAGITOPS_TEST", folder_.path()}};
    process.working_directory = folder_.path();
    process.log_file = folder_.At("log");
    return process;
  }

  ProcessIdentity Start(const BackgroundProcess& process) {
    auto identity = host_.Start(process);
    EXPECT_TRUE(identity) << identity.error().Text();
    if (!identity) return {};
    started_.push_back(*identity);
    return *identity;
  }

  ProcessExit AwaitExit(const ProcessIdentity& process) {
    EXPECT_TRUE(Eventually([&] { return !host_.Alive(process); }));
    return host_.Exit(process).value_or(ProcessExit{-2, -2});
  }

  std::string Log() const { return ReadText(folder_.At("log")); }

  ScratchFolder folder_;
  PosixProcessHost host_;
  std::vector<ProcessIdentity> started_;
};

TEST_F(ProcessHostTest, StartsAProcessThatIsAliveUntilItEnds) {
  const ProcessIdentity process = Start(Shell("read line; sleep 60"));
  EXPECT_TRUE(host_.Alive(process));
  EXPECT_FALSE(host_.Exit(process));
  ASSERT_TRUE(host_.Signal(process, SIGTERM));
  EXPECT_EQ(AwaitExit(process), (ProcessExit{-1, SIGTERM}));
}

TEST_F(ProcessHostTest, TellsTheExitCodeAsOftenAsItIsAsked) {
  const ProcessIdentity process = Start(Shell("exit 3"));
  EXPECT_EQ(AwaitExit(process), (ProcessExit{3, 0}));
  EXPECT_EQ(host_.Exit(process), (ProcessExit{3, 0}));
  EXPECT_FALSE(host_.Alive(process));
}

TEST_F(ProcessHostTest, ReapsOnlyItsOwnAndCountsEachOnce) {
  const ProcessIdentity process = Start(Shell("exit 0"));
  const pid_t stranger = fork();
  if (stranger == 0) _exit(5);
  int reaped = 0;
  EXPECT_TRUE(Eventually([&] { return (reaped += host_.Reap()) > 0; }));
  EXPECT_EQ(reaped, 1);
  EXPECT_EQ(host_.Reap(), 0);
  EXPECT_TRUE(host_.Exit(process));
  int status = 0;
  EXPECT_EQ(waitpid(stranger, &status, 0), stranger);
  EXPECT_EQ(WEXITSTATUS(status), 5);
}

TEST_F(ProcessHostTest, TheEndOfAShortCommandIsNoNews) {
  Command command;
  command.arguments = {"true"};
  ASSERT_TRUE(PosixCommandRunner().Run(command));
  EXPECT_EQ(host_.Reap(), 0);
}

TEST_F(ProcessHostTest, AppendsBothOutputsToTheLogBehindTheFirstLine) {
  folder_.Write("log", "before\n");
  BackgroundProcess process = Shell("echo out; echo err >&2");
  process.log_line = "=== start";
  AwaitExit(Start(process));
  EXPECT_EQ(Log(), "before\n=== start\nout\nerr\n");
}

TEST_F(ProcessHostTest, MakesTheLogReadableByItsOwnerOnly) {
  AwaitExit(Start(Shell("true")));
  struct stat info {};
  ASSERT_EQ(stat(folder_.At("log").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777u, 0600u);
}

TEST_F(ProcessHostTest, GivesASessionOfItsOwnAndNoFiles) {
  const ProcessIdentity process =
      Start(Shell("cut -d' ' -f5,6 /proc/$$/stat; ls /proc/self/fd | tr '\\n' ' '; readlink /proc/$$/fd/0; pwd"));
  AwaitExit(process);
  const std::string pid = std::to_string(process.pid);
  EXPECT_EQ(Log(), pid + " " + pid + "\n0 1 2 3 /dev/null\n" + folder_.path() + "\n");
}

TEST_F(ProcessHostTest, ResetsTheSignalsThatWeIgnoreOrBlock) {
  sigset_t blocked;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGCHLD);
  pthread_sigmask(SIG_BLOCK, &blocked, nullptr);
  signal(SIGINT, SIG_IGN);
  const ProcessIdentity process = Start(Shell("grep -E '^Sig(Blk|Ign)' /proc/self/status | cut -f2"));
  signal(SIGINT, SIG_DFL);
  pthread_sigmask(SIG_UNBLOCK, &blocked, nullptr);
  AwaitExit(process);
  EXPECT_TRUE(NoSignalIn(Log().substr(0, 16))) << Log();
  EXPECT_TRUE(NoSignalIn(Log().substr(17, 16))) << Log();
}

TEST_F(ProcessHostTest, SignalsTheWholeGroup) {
  const std::string marker = "62." + std::to_string(getpid());
  const ProcessIdentity process = Start(Shell("sleep " + marker + " & sleep 60"));
  ASSERT_TRUE(Eventually([&] { return SomeProcessHasArgument("sleep" + std::string(1, '\0') + marker); }));
  ASSERT_TRUE(host_.Signal(process, SIGTERM));
  EXPECT_TRUE(Eventually([&] { return !SomeProcessHasArgument("sleep" + std::string(1, '\0') + marker); }));
  AwaitExit(process);
}

TEST_F(ProcessHostTest, SignalsWhatIsLeftOfAGroupWhoseLeaderIsGone) {
  const std::string marker = "63." + std::to_string(getpid());
  const ProcessIdentity process = Start(Shell("sleep " + marker + " & exit 0"));
  AwaitExit(process);
  ASSERT_TRUE(SomeProcessHasArgument(marker));
  ASSERT_TRUE(host_.Signal(process, SIGTERM));
  EXPECT_TRUE(Eventually([&] { return !SomeProcessHasArgument(marker); }));
}

TEST_F(ProcessHostTest, NeverSignalsAnotherProcessOfTheSameNumber) {
  const ProcessIdentity process = Start(Shell("sleep 60"));
  ProcessIdentity earlier = process;
  earlier.start_ticks -= 1;
  ProcessIdentity before_reboot = process;
  before_reboot.boot_id = "another";
  for (const ProcessIdentity& other : {earlier, before_reboot}) {
    EXPECT_FALSE(host_.Alive(other));
    EXPECT_FALSE(host_.Exit(other));
    EXPECT_TRUE(host_.Signal(other, SIGKILL));
  }
  EXPECT_TRUE(host_.Signal({}, SIGKILL));
  EXPECT_FALSE(host_.Alive({}));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_TRUE(host_.Alive(process));
}

TEST_F(ProcessHostTest, KnowsAProcessThatAnEarlierLifeStarted) {
  const ProcessIdentity process = Start(Shell("sleep 60"));
  PosixProcessHost later;
  EXPECT_TRUE(later.Alive(process));
  EXPECT_TRUE(later.Signal(process, SIGTERM));
  EXPECT_TRUE(Eventually([&] { return !later.Alive(process); })) << "a zombie is not alive";
  EXPECT_FALSE(later.Exit(process)) << "nobody but its parent learns how it ended";
}

TEST_F(ProcessHostTest, FindsProcessesByTheirEnvironmentAndTellsWhoLeads) {
  const ProcessIdentity process = Start(Shell("sleep 60 & echo $! > child; wait"));
  ASSERT_TRUE(Eventually([&] { return !ReadText(folder_.At("child")).empty(); }));
  std::vector<MarkedProcess> found = host_.FindByEnvironment("DAGITOPS_TEST");
  std::erase_if(found, [&](const MarkedProcess& each) { return each.mark != folder_.path(); });
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_TRUE(found[0].leads_session);
  EXPECT_EQ(found[0].identity, process);
  EXPECT_FALSE(found[1].leads_session);
  EXPECT_EQ(found[1].identity.pid, std::stoll(ReadText(folder_.At("child"))));
  EXPECT_THAT(host_.FindByEnvironment("DAGITOPS_TES"), SizeIs(0));
}

TEST_F(ProcessHostTest, FindsNoZombies) {
  const ProcessIdentity process = Start(Shell("exit 0"));
  EXPECT_TRUE(Eventually(
      [&] { return ReadText("/proc/" + std::to_string(process.pid) + "/stat").find(") Z ") != std::string::npos; }));
  for (const MarkedProcess& found : host_.FindByEnvironment("DAGITOPS_TEST")) EXPECT_NE(found.identity, process);
}

TEST_F(ProcessHostTest, AProgramThatIsNotThereIsAnErrorAtOnce) {
  BackgroundProcess process = Shell("");
  process.arguments = {"no-such-python"};
  const auto started = host_.Start(process);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(started.error().Text(), HasSubstr("no-such-python"));
}

TEST_F(ProcessHostTest, ALogThatCannotBeWrittenIsAnErrorAndNothingStarts) {
  BackgroundProcess process = Shell("touch started");
  process.log_file = folder_.At("no/such/folder/log");
  const auto started = host_.Start(process);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, "log-not-writable");
  EXPECT_FALSE(std::filesystem::exists(folder_.At("started")));
}

TEST_F(ProcessHostTest, IsUsedFromSeveralThreads) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this] {
      for (int round = 0; round < 5; ++round) {
        const auto process = host_.Start(Shell("exit 0"));
        ASSERT_TRUE(process);
        EXPECT_TRUE(Eventually([&] { return host_.Reap() > 0 || !host_.Alive(*process); }));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace dagitops
