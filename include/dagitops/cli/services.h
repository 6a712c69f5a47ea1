#pragma once

#include <functional>
#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/base/result.h"
#include "dagitops/config/settings.h"
#include "dagitops/doctor/check.h"
#include "dagitops/model/desired.h"
#include "dagitops/model/existing_install.h"
#include "dagitops/model/plan.h"
#include "dagitops/source/history_writer.h"
#include "dagitops/source/source.h"
#include "dagitops/store/state_store.h"

namespace dagitops::cli {

// An opened workspace repository: `history` is the same object as `source`, seen from another side.
struct OpenedRepository {
  std::shared_ptr<Source> source;
  SourceHistory* history = nullptr;
};

// Who keeps a state folder in line at the moment.
struct LockHolder {
  long long pid = 0;
  std::string since;  // FormatTime
  std::string command = "serve";
};

// Where a folder of this machine stands in git.
struct RepositoryPlace {
  std::string root;          // the repository's folder: the one that was asked for, or one above; "" when there is none
  std::string folder = ".";  // the workspace, as seen from there
};

// Everything outside that commands use. Main fills it with the real things, tests with others.
struct Services {
  // A folder is read as it is, changes included; a URL is fetched into a mirror below `state_dir`.
  std::function<Result<OpenedRepository>(const config::SourceSettings&, const std::string& state_dir)> open_repository;
  std::function<Result<std::unique_ptr<StateStore>>(const std::string& state_dir)> open_store;
  // What is known here of an environment's history; Fetch brings what the remote has. kInvalid no-history: none is
  // kept.
  std::function<Result<std::unique_ptr<HistoryWriter>>(const config::Settings&, const std::string& environment)>
      open_history;
  // Runs the daemon until it is told to end; the exit code. `environment` empty: all of the settings.
  std::function<int(const config::Settings&, const std::string& environment)> serve;
  // Looks at all that serving with these settings needs. `environment` as above.
  std::function<doctor::Report(const config::Settings&, const std::string& environment)> examine;
  // What others made of Dagster where this environment is to be; asks and changes nothing.
  std::function<Result<ExistingInstall>(const config::Settings&, const std::string& environment)> read_install;
  // What a plan would change of the objects of this environment's cluster; asks and changes nothing. kInvalid
  // no-cluster: its target is none.
  std::function<Result<std::vector<ObjectChange>>(const config::Settings&, const std::string& environment,
                                                  const Desired&, const Plan&)>
      diff_objects;
  // The environments that a state folder knows something about, sorted.
  std::function<std::vector<std::string>(const std::string& state_dir)> known_environments;
  std::function<std::optional<LockHolder>(const std::string& state_dir)> lock_holder;
  // Asks the holder of the lock and waits for its answer; without one, carries it out.
  std::function<Result<RequestAnswer>(const config::Settings&, const Request&, Duration deadline)> submit;
  std::function<Result<std::string>(const std::string& path)> read_file;
  std::function<Status(const std::string& path, const std::string& text)>
      write_file;                                       // makes folders; never overwrites
  std::function<bool(const std::string& path)> exists;  // whatever it is, a link that leads nowhere too
  std::function<RepositoryPlace(const std::string& path)> place_of;
  std::function<void(Duration)> sleep;  // for --watch and waiting
  const Clock& clock;
  std::map<std::string, std::string> environment;  // variables
  std::string current_dir;
  std::ostream& out;
  std::ostream& err;
  bool terminal = false;  // `out` is one: colours are allowed
};

}  // namespace dagitops::cli
