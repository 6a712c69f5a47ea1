#include "main/environment_run.h"

#include <filesystem>
#include <utility>

#include "dagitops/source/git/git_history.h"
#include "dagitops/store/file_request_inbox.h"
#include "dagitops/store/file_state_store.h"

#include "main/git_settings.h"

namespace dagitops {

std::string WebserversKey(const std::string& environment) { return environment + "/webservers"; }

std::string HistoryKey(const std::string& environment) { return environment + "/history"; }

void MakePrivate(const std::string& folder) {
  std::filesystem::create_directories(folder);
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
}

Result<HistoryRun> HistoryRun::Open(const EnvironmentOrigin& origin) {
  HistoryRun run;
  if (!origin.environment().history.enabled) return run;
  Machine& machine = origin.machine;
  const std::string& name = origin.name;
  git::GitSettings git = ToHistorySettings(origin.settings, name);
  git.stop = machine.stop.get_token();
  MakePrivate(origin.settings.state_dir + "/history");
  DAGITOPS_ASSIGN(run.writer, git::OpenGitHistory(git, machine.clock));
  DAGITOPS_ASSIGN(run.reader, git::OpenGitHistory(git, machine.clock));
  const reconcile::HistoryOptions options{name, !git.remote.empty(), origin.settings.source.timeout};
  run.reconciler = std::make_unique<reconcile::HistoryReconciler>(
      *run.writer, options,
      reconcile::HistoryReconciler::Wakes{[&machine, name] { machine.wake(HistoryKey(name)); },
                                          [&machine, name] { machine.wake(name); }});
  return run;
}

Status EnvironmentRun::MakeReconcilers(const EnvironmentOrigin& origin, Target& target, DagsterGateway& gateway,
                                       reconcile::EnvironmentSettings options) {
  Machine& machine = origin.machine;
  const std::string& name = origin.name;
  const std::string& state_dir = origin.settings.state_dir;
  store_ = std::make_unique<FileStateStore>(state_dir, FileStateStore::Access::kWriter, machine.clock);
  inbox_ = std::make_unique<FileRequestInbox>(state_dir, machine.clock);
  DAGITOPS_ASSIGN(history_, HistoryRun::Open(origin));
  options.environment = name;
  options.chart_version = origin.environment().chart_version;
  options.limits = origin.settings.limits;
  webservers_ = std::make_unique<reconcile::WebserverReconciler>(
      gateway, machine.clock,
      reconcile::WebserverReconciler::Wakes{[&machine, name] { machine.wake(WebserversKey(name)); },
                                            [&machine, name] { machine.wake(name); }},
      options.runs_by_webserver ? reconcile::WebserverReconciler::Runs::kAsked
                                : reconcile::WebserverReconciler::Runs::kNotAsked);
  reconciler_ = std::make_unique<reconcile::EnvironmentReconciler>(
      reconcile::EnvironmentSeams{*source_, *source_, target, *webservers_, *store_, *inbox_, machine.clock,
                                  machine.fetch, history_.reconciler.get(), history_.reader.get(), machine.records},
      std::move(options));
  guarded_ = std::make_unique<reconcile::GuardedReconciler>(
      name, reconcile::GuardedReconciler::Parts{*reconciler_, [this] { return WhyNot(); }, machine.records, *store_,
                                                *inbox_, machine.clock});
  machine.records.Expect(name);
  return Ok();
}

}  // namespace dagitops
