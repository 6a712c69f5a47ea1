#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace dagitops::standin {

// The arguments of `python -m dagster api grpc`, `-m dagster_webserver` and `-m dagster._daemon`, as far as the
// stand-in needs them: "--socket", "-m" … by name; flags have an empty value.
class Arguments {
 public:
  explicit Arguments(std::vector<std::string> arguments);
  std::string Get(const std::string& name) const;  // "" when absent
  bool Has(const std::string& name) const { return values_.contains(name); }

 private:
  std::map<std::string, std::string> values_;
};

// How this process is to behave: `key: value` lines of standin.conf in its working directory, so that a commit of the
// code switches it, and STANDIN_<KEY> of the environment, which win.
//   exit N          end with N instead of serving, with an import error on standard error
//   start_ms N      serve only after N ms
//   crash_ms N      end with 1, N ms after serving began
//   stop_ms N       take N ms to end
//   load_error TEXT answer ListRepositories with this error
//   hang 1          accept, answer nothing
//   not_serving 1   health check says NOT_SERVING
//   ignore_term 1   only SIGKILL ends it
//   read_only 1     webserver: deny reloadWorkspace
class Behaviour {
 public:
  explicit Behaviour(const std::string& folder);
  std::string Get(const std::string& key) const;  // "" when not set
  bool On(const std::string& key) const { return !Get(key).empty(); }
  std::chrono::milliseconds Time(const std::string& key) const;  // 0 when not set

 private:
  std::map<std::string, std::string> values_;
};

// Appends one line to $DAGSTER_HOME/standin-journal: "<monotonic ms> <what> <pid> <kind> <name> <address>". Tests read
// from it what was ever started, also what was gone before they could look.
void Journal(const std::string& what, const std::string& rest);

// Ids of the runs that live in the server of `location`: the file names below $DAGSTER_HOME/standin-runs/<location>/.
std::vector<std::string> RunsOf(const std::string& location);

}  // namespace dagitops::standin
