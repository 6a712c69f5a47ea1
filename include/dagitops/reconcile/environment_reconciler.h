#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "dagitops/base/clock.h"
#include "dagitops/model/desired.h"
#include "dagitops/model/effective.h"
#include "dagitops/plan/make_plan.h"
#include "dagitops/reconcile/fetch_report.h"
#include "dagitops/reconcile/history_reconciler.h"
#include "dagitops/reconcile/pass_watcher.h"
#include "dagitops/reconcile/reconciler.h"
#include "dagitops/reconcile/webserver_reconciler.h"
#include "dagitops/source/history_writer.h"
#include "dagitops/source/source.h"
#include "dagitops/store/state_store.h"
#include "dagitops/target/target.h"

namespace dagitops::reconcile {

// Everything outside that an environment's pass talks to. All of it outlives the reconciler.
struct EnvironmentSeams {
  Source& source;
  SourceHistory& history;
  Target& target;
  WebserverReconciler& webservers;
  StateStore& store;
  RequestInbox& inbox;
  const Clock& clock;
  SharedFetchReport& fetch;
  HistoryReconciler* recorder = nullptr;  // gets a record of what was applied; nullptr: no history is kept
  HistoryWriter* records = nullptr;       // where rollback and rebuild look; not the recorder's own
  PassWatcher& watcher = NobodyWatches();
};

struct EnvironmentSettings {
  std::string environment;
  std::string chart_version = "1.12";
  TreeLimits limits;
  // What dagitops.yaml says of it is overruled where there is no Dagster to ask.
  std::optional<EnvironmentOptions::Verify> verify;
  plan::PlanOptions plan;
  Duration interval = std::chrono::seconds(30);     // between looks when nothing is on its way
  std::function<Desired(const Effective&)> render;  // for the environment's kind of target
  bool runs_by_webserver = false;                   // the target itself cannot tell of runs inside servers
};

// Keeps one environment in line: an ordered list of steps over one pass's values, status always written at the end.
class EnvironmentReconciler final : public Reconciler {
 public:
  EnvironmentReconciler(EnvironmentSeams seams, EnvironmentSettings settings);
  ~EnvironmentReconciler() override;
  ReconcileResult Reconcile() override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dagitops::reconcile
