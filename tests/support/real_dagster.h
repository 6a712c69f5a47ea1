#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace dagitops::support {

// `python` of the virtual environment with Dagster that DAGITOPS_DAGSTER_VENV names (scripts/test sets it); nullopt
// where there is none, and the test has to skip.
std::optional<std::string> DagsterPython();

// A child process in a process group of its own; its output goes to a file. The destructor ends the whole group: TERM
// first, KILL after five seconds.
class Child {
 public:
  struct Start {
    std::vector<std::string> command;
    std::string directory;
    std::string log;                       // file for its standard output and error
    std::vector<std::string> environment;  // "KEY=value", added to ours
  };
  explicit Child(const Start& start);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  pid_t pid() const { return pid_; }
  bool running();  // false once it ended

 private:
  pid_t pid_ = -1;
  bool ended_ = false;
};

// Asks `done` every 20 ms until it says yes or `seconds` are over. For real servers only: nothing else may wait.
bool Eventually(const std::function<bool()>& done, int seconds = 60);

}  // namespace dagitops::support
