#include "support/real_dagster.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <thread>

namespace dagitops::support {
namespace {

using namespace std::chrono_literals;

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

std::optional<std::string> DagsterPython() {
  const char* venv = std::getenv("DAGITOPS_DAGSTER_VENV");
  if (venv == nullptr || *venv == '\0') return std::nullopt;
  return std::string(venv) + "/bin/python";
}

Child::Child(const Start& start) {
  std::vector<std::string> command = start.command;
  std::vector<std::string> environment = start.environment;
  for (char** entry = environ; *entry != nullptr; ++entry) environment.emplace_back(*entry);
  const std::vector<char*> argv = Pointers(command);
  const std::vector<char*> envp = Pointers(environment);
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error("fork failed");
  if (pid_ > 0) return;
  setpgid(0, 0);
  // Dagster takes over whatever SIGINT is when it starts; a runner in the background would hand down "ignored".
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) std::signal(number, SIG_DFL);
  const int log = open(start.log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (log < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0 || chdir(start.directory.c_str()) != 0) _exit(126);
  execve(argv[0], argv.data(), envp.data());
  _exit(127);
}

Child::~Child() {
  kill(-pid_, SIGTERM);
  for (int i = 0; i < 250 && running(); ++i) std::this_thread::sleep_for(20ms);
  kill(-pid_, SIGKILL);
  if (!ended_) waitpid(pid_, nullptr, 0);
}

bool Child::running() {
  if (!ended_) ended_ = waitpid(pid_, nullptr, WNOHANG) != 0;
  return !ended_;
}

bool Eventually(const std::function<bool()>& done, int seconds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (!done()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(20ms);
  }
  return true;
}

}  // namespace dagitops::support
