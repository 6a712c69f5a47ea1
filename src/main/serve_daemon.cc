#include "main/serve_daemon.h"

#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <stop_token>
#include <thread>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/base/log.h"
#include "dagitops/base/random.h"
#include "dagitops/base/text.h"
#include "dagitops/dagster/graphql_gateway.h"
#include "dagitops/dagster/grpc_code_server_client.h"
#include "dagitops/http/curl_http_client.h"
#include "dagitops/manager/serve.h"
#include "dagitops/manager/together.h"
#include "dagitops/process/posix_command_runner.h"
#include "dagitops/process/posix_process_host.h"
#include "dagitops/reconcile/environment_reconciler.h"
#include "dagitops/reconcile/history_reconciler.h"
#include "dagitops/reconcile/source_reconciler.h"
#include "dagitops/reconcile/webserver_reconciler.h"
#include "dagitops/render/local_process.h"
#include "dagitops/source/git/git_code_store.h"
#include "dagitops/source/git/git_history.h"
#include "dagitops/source/git/git_source.h"
#include "dagitops/store/file_lock.h"
#include "dagitops/store/file_request_inbox.h"
#include "dagitops/store/file_state_store.h"
#include "dagitops/target/local_process/local_process_target.h"
#include "dagitops/target/local_process/posix_disk.h"

#include "main/git_settings.h"

namespace dagitops {
namespace {

constexpr char kSourceKey[] = "source";

// Queue keys of one environment; a name of an environment holds no slash.
std::string WebserversKey(const std::string& environment) { return environment + "/webservers"; }

std::string HistoryKey(const std::string& environment) { return environment + "/history"; }

// Makes a key of the queue due; set once there is a queue.
using Wake = std::function<void(const std::string&)>;

// What all environments share.
struct Machine {
  std::stop_source stop;  // of whatever waits for a git host or a webserver
  SystemClock clock;
  SystemRandom random;
  CurlHttpClient http;  // for code servers, which are asked until they have ended
  CurlHttpClient webserver_http{stop.get_token()};
  GraphqlGateway gateway{webserver_http};
  GrpcCodeServerClient code_servers{http};
  PosixProcessHost processes;
  PosixCommandRunner commands;
  PosixDisk disk;
  reconcile::SharedFetchReport fetch;
  Wake wake;
};

local_process::Options TargetOptions(const config::Settings& settings, const std::string& name,
                                     const std::map<std::string, std::string>& variables) {
  const config::EnvironmentSettings& environment = settings.environments.at(name);
  const config::LocalProcessSettings& local = environment.local_process;
  local_process::Options options;
  options.environment = name;
  options.state_dir = settings.state_dir + "/local/" + name;
  options.runtime_dir = local.runtime_dir;
  if (!local.python.empty()) options.python = local.python;
  options.dagster_home = environment.dagster.home;
  options.environment_variables = local_process::PickServerVariables(variables);
  options.build_variables = local_process::PickBuildVariables(variables);
  const config::WebserverSettings& webserver = environment.dagster.webserver;
  options.webserver = {webserver.start, webserver.host, webserver.port, webserver.path_prefix, webserver.url};
  options.start_daemon = environment.dagster.start_daemon;
  options.stop_grace = local.stop_grace;
  options.start_timeout = local.start_timeout;
  options.restart_limit = local.restart_limit;
  options.log_max_bytes = local.logs.max_bytes;
  options.log_keep = local.logs.keep;
  return options;
}

// What stands in the state folder is nobody else's business. An older dagitops made some folders with other rights.
void MakePrivate(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
}

// What keeps the history of one environment. It is written in one thread and looked things up in by another.
struct HistoryRun {
  std::unique_ptr<HistoryWriter> writer;
  std::unique_ptr<HistoryWriter> reader;
  std::unique_ptr<reconcile::HistoryReconciler> reconciler;

  // All are nullptr where none is kept.
  static Result<HistoryRun> Open(const config::Settings& settings, const std::string& name, Machine& machine) {
    HistoryRun run;
    if (!settings.environments.at(name).history.enabled) return run;
    git::GitSettings git = ToHistorySettings(settings, name);
    git.stop = machine.stop.get_token();
    MakePrivate(settings.state_dir + "/history");
    DAGITOPS_ASSIGN(run.writer, git::OpenGitHistory(git, machine.clock));
    DAGITOPS_ASSIGN(run.reader, git::OpenGitHistory(git, machine.clock));
    const reconcile::HistoryOptions options{name, !git.remote.empty(), settings.source.timeout};
    run.reconciler = std::make_unique<reconcile::HistoryReconciler>(
        *run.writer, options,
        reconcile::HistoryReconciler::Wakes{[&machine, name] { machine.wake(HistoryKey(name)); },
                                            [&machine, name] { machine.wake(name); }});
    return run;
  }
};

// One environment with everything that is its own.
class EnvironmentRun {
 public:
  static Result<std::unique_ptr<EnvironmentRun>> Open(const config::Settings& settings, const std::string& name,
                                                      const std::map<std::string, std::string>& variables,
                                                      Machine& machine) {
    git::GitSettings git = ToGitSettings(settings.source, settings.state_dir);
    git.keep_scope = name;
    DAGITOPS_ASSIGN(auto source, git::OpenGitSource(git));
    for (const std::string& folder : {std::string("/trees"), "/trees/" + name})
      MakePrivate(settings.state_dir + folder);
    DAGITOPS_ASSIGN(auto code, git::OpenGitCodeStore(git.mirror_dir, settings.state_dir + "/trees/" + name));
    auto run = std::unique_ptr<EnvironmentRun>(
        new EnvironmentRun(std::move(source), std::move(code), TargetOptions(settings, name, variables), machine));
    DAGITOPS_TRY(run->target_.Check());
    DAGITOPS_TRY(run->target_.Prepare());
    run->store_ = std::make_unique<FileStateStore>(settings.state_dir, FileStateStore::Access::kWriter, machine.clock);
    run->inbox_ = std::make_unique<FileRequestInbox>(settings.state_dir, machine.clock);
    DAGITOPS_ASSIGN(run->history_, HistoryRun::Open(settings, name, machine));
    run->MakeReconciler(settings, name, machine);
    return run;
  }

  reconcile::Reconciler& reconciler() { return *reconciler_; }
  reconcile::Reconciler& webservers() { return *webservers_; }
  reconcile::Reconciler* history() { return history_.reconciler.get(); }  // nullptr: none is kept

  std::vector<long long> Running() const { return target_.Running(); }

  // Ends the servers; runs that were cut are named, since nobody else will tell.
  void ShutDown(Duration grace, Machine& machine) {
    const auto pause = [&](Duration time) {
      std::this_thread::sleep_for(time);
      machine.processes.Reap();
    };
    for (const local_process::CutRuns& cut : target_.ShutdownAll(grace, pause)) {
      Log(LogLevel::kWarning, "runs cut", {{"location", cut.location}, {"runs", Join(cut.runs, ", ")}});
    }
  }

 private:
  EnvironmentRun(std::unique_ptr<git::RepositorySource> source, std::unique_ptr<CodeStore> code,
                 local_process::Options options, Machine& machine)
      : source_(std::move(source)),
        code_(std::move(code)),
        target_(std::move(options),
                {machine.processes, machine.commands, machine.code_servers, *code_, machine.disk, machine.clock}) {}

  void MakeReconciler(const config::Settings& settings, const std::string& name, Machine& machine) {
    reconcile::EnvironmentSettings options;
    options.environment = name;
    options.chart_version = settings.environments.at(name).chart_version;
    options.limits = settings.limits;
    options.retire_after = settings.environments.at(name).local_process.retire_after;
    const config::WebserverSettings& webserver = settings.environments.at(name).dagster.webserver;
    if (!webserver.start && webserver.url.empty()) options.verify = EnvironmentOptions::Verify::kReadiness;
    options.render = [](const Effective& effective) { return render::LocalProcess(effective, {}); };
    webservers_ = std::make_unique<reconcile::WebserverReconciler>(
        machine.gateway, machine.clock,
        reconcile::WebserverReconciler::Wakes{[&machine, name] { machine.wake(WebserversKey(name)); },
                                              [&machine, name] { machine.wake(name); }});
    reconciler_ = std::make_unique<reconcile::EnvironmentReconciler>(
        reconcile::EnvironmentSeams{*source_, *source_, target_, *webservers_, *store_, *inbox_, machine.clock,
                                    machine.fetch, history_.reconciler.get(), history_.reader.get()},
        std::move(options));
  }

  std::unique_ptr<git::RepositorySource> source_;
  std::unique_ptr<CodeStore> code_;
  std::unique_ptr<StateStore> store_;
  std::unique_ptr<RequestInbox> inbox_;
  HistoryRun history_;
  local_process::LocalProcessTarget target_;
  std::unique_ptr<reconcile::WebserverReconciler> webservers_;
  std::unique_ptr<reconcile::EnvironmentReconciler> reconciler_;
};

using EnvironmentRuns = std::map<std::string, std::unique_ptr<EnvironmentRun>>;

Result<EnvironmentRuns> OpenEnvironments(const config::Settings& settings, const std::string& only,
                                         const std::map<std::string, std::string>& variables, Machine& machine) {
  EnvironmentRuns runs;
  for (const auto& [name, environment] : settings.environments) {
    if (!only.empty() && name != only) continue;
    DAGITOPS_ASSIGN(runs[name], EnvironmentRun::Open(settings, name, variables, machine));
  }
  return runs;
}

// All at the same time: one after another, each with its grace time, they would outlast the patience of whoever stops
// us, and be left behind.
void ShutDown(const EnvironmentRuns& runs, const config::Settings& settings, Machine& machine) {
  std::vector<std::function<void()>> tasks;
  for (const auto& [name, run] : runs) {
    const Duration grace = settings.environments.at(name).local_process.stop_grace;
    tasks.emplace_back([&machine, grace, target = run.get()] { target->ShutDown(grace, machine); });
  }
  manager::RunTogether(tasks);
}

std::vector<std::string> Running(const EnvironmentRuns& runs) {
  std::vector<std::string> pids;
  for (const auto& [name, run] : runs) {
    for (const long long pid : run->Running()) pids.push_back(std::to_string(pid));
  }
  return pids;
}

Status Serve(const config::Settings& settings, const std::string& only,
             const std::map<std::string, std::string>& variables) {
  Machine machine;
  DAGITOPS_ASSIGN(const FileLock lock, FileLock::Acquire(settings.state_dir, "serve", machine.clock));
  const std::string requests_dir = settings.state_dir + "/requests";
  MakePrivate(requests_dir);
  DAGITOPS_ASSIGN(const EnvironmentRuns runs, OpenEnvironments(settings, only, variables, machine));
  git::GitSettings git = ToGitSettings(settings.source, settings.state_dir);
  git.stop = machine.stop.get_token();
  DAGITOPS_ASSIGN(const auto mirror, git::OpenGitSource(git));

  manager::ServeParts parts{{},
                            requests_dir,
                            [&] { return machine.processes.Reap(); },
                            [&] { machine.stop.request_stop(); },
                            [&] { ShutDown(runs, settings, machine); },
                            [&] { return Running(runs); },
                            machine.clock,
                            machine.random};
  reconcile::SourceReconciler source({*mirror, machine.fetch, machine.clock, machine.random},
                                     {settings.source.interval, settings.source.timeout}, [&] {
                                       for (const auto& [name, run] : runs) machine.wake(name);
                                     });
  parts.reconcilers[kSourceKey] = &source;
  for (const auto& [name, run] : runs) {
    parts.reconcilers[name] = &run->reconciler();
    parts.reconcilers[WebserversKey(name)] = &run->webservers();
    if (run->history() != nullptr) parts.reconcilers[HistoryKey(name)] = run->history();
  }
  manager::Server running(std::move(parts));
  machine.wake = [&](const std::string& key) { running.Wake(key); };
  return running.Run();
}

}  // namespace

int ServeDaemon(const config::Settings& settings, const std::string& environment,
                const std::map<std::string, std::string>& variables) {
  manager::BlockServeSignals();
  ConfigureLog(settings.log_level, settings.log_format);
  const Status status = Serve(settings, environment, variables);
  if (status) return 0;
  std::cerr << "dagitops: " << status.error().Text() << "\n";
  return 1;
}

}  // namespace dagitops
