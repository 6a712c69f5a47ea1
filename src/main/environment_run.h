#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dagitops/base/result.h"
#include "dagitops/config/settings.h"
#include "dagitops/dagster/dagster_gateway.h"
#include "dagitops/reconcile/environment_reconciler.h"
#include "dagitops/reconcile/guarded_reconciler.h"
#include "dagitops/reconcile/history_reconciler.h"
#include "dagitops/reconcile/webserver_reconciler.h"
#include "dagitops/source/git/git_source.h"
#include "dagitops/source/history_writer.h"
#include "dagitops/store/state_store.h"

#include "main/machine.h"

namespace dagitops {

// What an environment is opened from.
struct EnvironmentOrigin {
  const config::Settings& settings;
  const std::string& name;
  const std::map<std::string, std::string>& variables;  // ours
  Machine& machine;

  const config::EnvironmentSettings& environment() const { return settings.environments.at(name); }
};

// Queue keys of one environment; a name of an environment holds no slash.
std::string WebserversKey(const std::string& environment);
std::string HistoryKey(const std::string& environment);

// What stands in the state folder is nobody else's business. An older dagitops made some folders with other rights.
void MakePrivate(const std::string& folder);

// What keeps the history of one environment. It is written in one thread and looked things up in by another.
struct HistoryRun {
  std::unique_ptr<HistoryWriter> writer;
  std::unique_ptr<HistoryWriter> reader;
  std::unique_ptr<reconcile::HistoryReconciler> reconciler;

  // All are nullptr where none is kept.
  static Result<HistoryRun> Open(const EnvironmentOrigin& origin);
};

// One environment with everything that is its own; one kind of it for each kind of target.
class EnvironmentRun {
 public:
  virtual ~EnvironmentRun() = default;
  EnvironmentRun(const EnvironmentRun&) = delete;
  EnvironmentRun& operator=(const EnvironmentRun&) = delete;

  reconcile::Reconciler& reconciler() { return *guarded_; }
  reconcile::Reconciler& webservers() { return *webservers_; }
  reconcile::Reconciler* history() { return history_.reconciler.get(); }  // nullptr: none is kept

  // Pids of what runs on this machine for it, and how that ends. Nothing, where it runs elsewhere.
  virtual std::vector<long long> Running() const { return {}; }
  virtual void ShutDown() {}
  // Why somebody else keeps this environment at the moment. From any thread.
  virtual std::optional<std::string> WhyNot() const { return std::nullopt; }

 protected:
  explicit EnvironmentRun(std::unique_ptr<git::RepositorySource> source) : source_(std::move(source)) {}

  // `options` lacks nothing but what every kind of target has in common.
  Status MakeReconcilers(const EnvironmentOrigin& origin, Target& target, DagsterGateway& gateway,
                         reconcile::EnvironmentSettings options);

 private:
  std::unique_ptr<git::RepositorySource> source_;
  std::unique_ptr<StateStore> store_;
  std::unique_ptr<RequestInbox> inbox_;
  HistoryRun history_;
  std::unique_ptr<reconcile::WebserverReconciler> webservers_;
  std::unique_ptr<reconcile::EnvironmentReconciler> reconciler_;
  std::unique_ptr<reconcile::GuardedReconciler> guarded_;
};

Result<std::unique_ptr<EnvironmentRun>> OpenLocalProcess(const EnvironmentOrigin& origin);
Result<std::unique_ptr<EnvironmentRun>> OpenKubernetes(const EnvironmentOrigin& origin);

}  // namespace dagitops
