#include "main/serve_daemon.h"

#include <functional>
#include <iostream>
#include <memory>
#include <vector>

#include "dagitops/base/log.h"
#include "dagitops/cli/run.h"
#include "dagitops/manager/serve.h"
#include "dagitops/manager/together.h"
#include "dagitops/process/self_metrics.h"
#include "dagitops/reconcile/source_reconciler.h"
#include "dagitops/server/http_server.h"
#include "dagitops/server/status_routes.h"
#include "dagitops/store/file_lock.h"

#include "main/environment_run.h"
#include "main/git_settings.h"
#include "main/machine.h"
#include "main/memory.h"

namespace dagitops {
namespace {

constexpr char kSourceKey[] = "source";
constexpr char kMemoryKey[] = "memory/";  // no environment's name has a slash

using EnvironmentRuns = std::map<std::string, std::unique_ptr<EnvironmentRun>>;

Result<EnvironmentRuns> OpenEnvironments(const config::Settings& settings, const std::string& only,
                                         const std::map<std::string, std::string>& variables, Machine& machine) {
  EnvironmentRuns runs;
  for (const auto& [name, environment] : settings.environments) {
    if (!only.empty() && name != only) continue;
    const EnvironmentOrigin origin{settings, name, variables, machine};
    DAGITOPS_ASSIGN(runs[name], environment.target == "kubernetes" ? OpenKubernetes(origin) : OpenLocalProcess(origin));
  }
  return runs;
}

// All at the same time: one after another, each with its grace time, they would outlast the patience of whoever stops
// us, and be left behind.
void ShutDown(const EnvironmentRuns& runs) {
  std::vector<std::function<void()>> tasks;
  for (const auto& [name, run] : runs) tasks.emplace_back([target = run.get()] { target->ShutDown(); });
  manager::RunTogether(tasks);
}

std::vector<std::string> Running(const EnvironmentRuns& runs) {
  std::vector<std::string> pids;
  for (const auto& [name, run] : runs) {
    for (const long long pid : run->Running()) pids.push_back(std::to_string(pid));
  }
  return pids;
}

// What is looked up rather than counted; as long as `running` is there.
void TellMetrics(Machine& machine, manager::Server& running) {
  machine.metrics.Set(Metric::kBuildInfo, {cli::ProgramVersion()}, 1);
  machine.metrics.AddSource(TellOwnProcess);
  machine.metrics.AddSource([&running](Metrics& metrics) {
    metrics.Set(Metric::kQueueDepth, {}, static_cast<double>(running.QueueDepth()));
  });
}

// Null where none is wanted.
Result<std::unique_ptr<server::HttpServer>> OpenServer(const config::Settings& settings, Machine& machine) {
  if (settings.server.listen.empty()) return std::unique_ptr<server::HttpServer>();
  return server::HttpServer::Listen(
      {settings.server.listen, {}, machine.metrics},
      server::StatusRoutes({[&machine] { return machine.records.Read(); },
                            [&machine] { return machine.metrics.Text(); }, machine.clock}));
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
                            [&] { ShutDown(runs); },
                            [&] { return Running(runs); },
                            machine.clock,
                            machine.random};
  reconcile::SourceReconciler source({*mirror, machine.fetch, machine.clock, machine.random, machine.metrics},
                                     {settings.source.interval, settings.source.timeout}, [&] {
                                       for (const auto& [name, run] : runs) machine.wake(name);
                                     });
  MemoryReconciler memory;
  parts.reconcilers[kSourceKey] = &source;
  parts.reconcilers[kMemoryKey] = &memory;
  for (const auto& [name, run] : runs) {
    parts.reconcilers[name] = &run->reconciler();
    parts.reconcilers[WebserversKey(name)] = &run->webservers();
    if (run->history() != nullptr) parts.reconcilers[HistoryKey(name)] = run->history();
  }
  manager::Server running(std::move(parts));
  machine.wake.Set([&](const std::string& key) { running.Wake(key); });
  TellMetrics(machine, running);
  DAGITOPS_ASSIGN(const auto pages, OpenServer(settings, machine));
  Status status = running.Run();
  machine.wake.Set({});  // threads of the targets go on for a moment longer
  return status;
}

}  // namespace

int ServeDaemon(const config::Settings& settings, const std::string& environment,
                const std::map<std::string, std::string>& variables) {
  manager::BlockServeSignals();
  ShareHeaps();
  ConfigureLog(settings.log_level, settings.log_format);
  const Status status = Serve(settings, environment, variables);
  if (status) return 0;
  std::cerr << "dagitops: " << status.error().Text() << "\n";
  return 1;
}

}  // namespace dagitops
