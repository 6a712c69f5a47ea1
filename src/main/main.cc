// The composition root: this folder alone names concrete adapters.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>

#include "dagitops/base/secret.h"
#include "dagitops/base/slow_notice.h"
#include "dagitops/cli/run.h"
#include "dagitops/reconcile/requests.h"
#include "dagitops/source/git/fetch_child.h"
#include "dagitops/source/git/git_history.h"
#include "dagitops/source/git/locate.h"
#include "dagitops/source/git/work_tree.h"
#include "dagitops/store/file_lock.h"
#include "dagitops/store/file_state_store.h"
#include "dagitops/store/submit_request.h"

#include "main/cluster_questions.h"
#include "main/doctor.h"
#include "main/git_settings.h"
#include "main/serve_daemon.h"

namespace dagitops {
namespace {

namespace fs = std::filesystem;

constexpr Duration kFetchPatience = std::chrono::seconds(2);

std::map<std::string, std::string> Variables() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::size_t equals = text.find('=');
    if (equals != std::string::npos) variables[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return variables;
}

Result<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  if (file && !fs::is_directory(path)) return text.str();
  return Error{ErrorKind::kInvalid, "file-unreadable", path, "cannot be read", "check the path and its rights"};
}

bool Exists(const std::string& path) {
  std::error_code error;
  return fs::symlink_status(path, error).type() != fs::file_type::not_found;
}

Status WriteFile(const std::string& path, const std::string& text) {
  std::error_code error;
  if (fs::exists(path, error)) {
    return Error{ErrorKind::kInvalid, "file-exists", path, "is there already",
                 "nothing is overwritten; choose another folder"};
  }
  const fs::path folder = fs::path(path).parent_path();
  if (!folder.empty()) fs::create_directories(folder, error);
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (file) return Ok();
  return Error{ErrorKind::kStalled, "file-unwritable", path, "cannot be written",
               "check the folder's rights and free space"};
}

// A path is kept as it was given where it is a repository: folders of ours are named after it.
cli::RepositoryPlace PlaceOf(const std::string& path) {
  std::error_code error;
  const auto repository = fs::exists(path, error) ? git::FindRepository(path) : std::nullopt;
  if (!repository) return {};
  if (fs::equivalent(path, repository->root, error)) return {path};
  if (repository->bare) return {repository->root};
  return {repository->root, fs::relative(git::FindWorkspace(path), repository->root, error).string()};
}

Result<cli::OpenedRepository> OpenRepository(const config::SourceSettings& source, const std::string& state_dir) {
  if (!git::IsRemoteUrl(source.url)) {
    const std::string folder = (fs::path(source.url) / source.path).lexically_normal().string();
    DAGITOPS_ASSIGN(auto tree, git::OpenWorkTree(folder));
    const std::shared_ptr<git::RepositorySource> shared = std::move(tree);
    return cli::OpenedRepository{shared, shared.get()};
  }
  DAGITOPS_ASSIGN(auto mirror, git::OpenGitSource(ToGitSettings(source, state_dir)));
  const std::shared_ptr<git::RepositorySource> shared = std::move(mirror);
  // Whoever sits at a terminal shall not wonder; a script is told only of what takes long.
  const SlowNotice notice(isatty(STDERR_FILENO) != 0 ? Duration(0) : kFetchPatience,
                          [&] { std::cerr << "dagitops: fetching " << CleanUrl(source.url) << "\n"; });
  DAGITOPS_TRY(shared->Fetch(source.timeout));
  return cli::OpenedRepository{shared, shared.get()};
}

Result<std::unique_ptr<HistoryWriter>> OpenHistory(const config::Settings& settings, const std::string& environment,
                                                   const Clock& clock) {
  const auto known = settings.environments.find(environment);
  if (known != settings.environments.end() && !known->second.history.enabled) {
    return Error{ErrorKind::kInvalid, "no-history", environment, "no history is kept of this environment",
                 "set `environments." + environment + ".history.enabled: true`"};
  }
  return git::OpenGitHistory(ToHistorySettings(settings, environment), clock);
}

// What has to be there when a request is carried out without a daemon. Whoever goes back on a machine that knows
// nothing yet has to have it fetched first.
struct AloneWorld {
  std::unique_ptr<git::RepositorySource> source;
  std::unique_ptr<HistoryWriter> history;  // nullptr: none is kept

  static Result<AloneWorld> Open(const config::Settings& settings, const Request& request, const Clock& clock) {
    AloneWorld world;
    DAGITOPS_ASSIGN(world.source, git::OpenGitSource(ToGitSettings(settings.source, settings.state_dir)));
    if (request.kind != Request::Kind::kRollback && request.kind != Request::Kind::kRebuild) return world;
    if (!world.source->Head()) DAGITOPS_TRY(world.source->Fetch(settings.source.timeout));
    auto history = OpenHistory(settings, request.environment, clock);
    if (!history && history.error().code == "no-history") return world;
    DAGITOPS_ASSIGN(world.history, std::move(history));
    if (const auto fetched = world.history->Fetch(settings.source.timeout); !fetched) {
      std::cerr << "dagitops: what is known here of the history is used: " << fetched.error().Text() << "\n";
    }
    return world;
  }
};

// Without a daemon there is nobody to ask: the request is carried out on the saved state, under the lock. Only a
// rebuild needs no state: a record of the history says all.
Result<RequestAnswer> CarryOutAlone(const config::Settings& settings, const Request& request, const Clock& clock) {
  const std::string& state_dir = settings.state_dir;
  DAGITOPS_ASSIGN(const FileLock lock, FileLock::Acquire(state_dir, "request", clock));
  FileStateStore store(state_dir, FileStateStore::Access::kWriter, clock);
  DAGITOPS_ASSIGN(auto state, store.LoadState(request.environment));
  if (!state && request.kind == Request::Kind::kRebuild) state.emplace().environment = request.environment;
  if (!state) {
    return Error{ErrorKind::kStalled, "no-state", state_dir,
                 "nothing is known about environment " + request.environment,
                 "start `dagitops serve` once, or name its folder with --state-dir"};
  }
  DAGITOPS_ASSIGN(const AloneWorld world, AloneWorld::Open(settings, request, clock));
  const auto known = settings.environments.find(request.environment);
  const config::EnvironmentSettings environment =
      known == settings.environments.end() ? config::EnvironmentSettings{} : known->second;
  reconcile::RequestOutcome outcome = reconcile::CarryOut(
      request, *state, {*world.source, world.history.get(), environment.chart_version, settings.limits});
  DAGITOPS_TRY(store.SaveState(outcome.state));
  return outcome.answer;
}

std::optional<cli::LockHolder> HolderOf(const std::string& state_dir) {
  const auto holder = FindLockHolder(state_dir);
  if (!holder || !*holder) return std::nullopt;
  return cli::LockHolder{(*holder)->pid, FormatTime((*holder)->since), (*holder)->command};
}

// Where the daemon has written something, a status is read even while it writes the next one.
Result<std::unique_ptr<StateStore>> OpenStore(const std::string& state_dir, const Clock& clock) {
  return std::unique_ptr<StateStore>(
      std::make_unique<FileStateStore>(state_dir, FileStateStore::Access::kReader, clock));
}

cli::Services MakeServices(const Clock& clock, const std::map<std::string, std::string>& variables) {
  return {
      OpenRepository,
      [&clock](const std::string& state_dir) { return OpenStore(state_dir, clock); },
      [&clock](const config::Settings& settings, const std::string& environment) {
        return OpenHistory(settings, environment, clock);
      },
      [&variables](const config::Settings& settings, const std::string& environment) {
        return ServeDaemon(settings, environment, variables);
      },
      [&variables](const config::Settings& settings, const std::string& environment) {
        return RunDoctor(settings, environment, variables);
      },
      [&variables](const config::Settings& settings, const std::string& environment) {
        return ReadExistingInstall(settings, environment, variables);
      },
      [&variables](const config::Settings& settings, const std::string& environment, const Desired& desired,
                   const Plan& plan) { return DiffClusterObjects(settings, environment, variables, desired, plan); },
      KnownEnvironments,
      HolderOf,
      [&clock](const config::Settings& settings, const Request& request, Duration deadline) -> Result<RequestAnswer> {
        if (!HolderOf(settings.state_dir)) return CarryOutAlone(settings, request, clock);
        return SubmitRequest(settings.state_dir, request, deadline);
      },
      ReadFile,
      WriteFile,
      Exists,
      PlaceOf,
      [](Duration time) { std::this_thread::sleep_for(time); },
      clock,
      variables,
      fs::current_path().string(),
      std::cout,
      std::cerr,
      isatty(STDOUT_FILENO) != 0,
  };
}

}  // namespace
}  // namespace dagitops

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments == std::vector<std::string>{"internal-fetch"}) {
    return dagitops::git::RunFetchHelper(STDIN_FILENO);
  }
  const dagitops::SystemClock clock;
  const auto variables = dagitops::Variables();
  const dagitops::cli::Services services = dagitops::MakeServices(clock, variables);
  return dagitops::cli::Run(arguments, services);
}
