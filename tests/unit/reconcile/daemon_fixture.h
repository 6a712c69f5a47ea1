#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dagitops/base/prometheus_metrics.h"
#include "dagitops/reconcile/environment_reconciler.h"
#include "dagitops/reconcile/pass_records.h"
#include "dagitops/render/local_process.h"

#include "support/fake_dagster.h"
#include "support/fake_history.h"
#include "support/fake_source.h"
#include "support/fake_store.h"

namespace dagitops::reconcile {

using support::FakeSource;
using Names = std::vector<std::string>;

inline constexpr char kRepository[] =
    "schemaVersion: 1\ndefaultEnvironment: production\nenvironments: {production: {}}\n";

inline std::string Fragment(const std::string& module = "definitions") {
  return "dagitops:\n  codeSource: {moduleName: " + module + "}\n  local: {path: code/shared}\n";
}

// A daemon made of values: git, target, webserver, state and time are at hand.
class Daemon : public testing::Test {
 protected:
  Daemon() { Restart(); }

  EnvironmentSettings Settings() {
    EnvironmentSettings settings;
    settings.environment = "production";
    settings.render = [this](const Effective& effective) {
      rendered = effective;
      return render::LocalProcess(effective, {});
    };
    return settings;
  }

  void Restart() {
    webservers.emplace(dagster, clock, WebserverReconciler::Wakes{[this] { asks = true; }, [this] { woken = true; }});
    recorder.emplace(history, HistoryOptions{"production", true, std::chrono::seconds(5)},
                     HistoryReconciler::Wakes{[this] { writes = true; }, [this] { woken = true; }});
    reconciler.emplace(EnvironmentSeams{source, source, dagster, *webservers, store, store, clock, fetch, &*recorder,
                                        &history, records},
                       Settings());
    recorder->Reconcile();  // as the controller does with each when it starts
  }

  // A pass, and after it what it asks of the webservers and writes into the history.
  ReconcileResult Reconcile() {
    dagster.now = clock.now;
    woken = false;
    const ReconcileResult result = reconciler->Reconcile();
    if (std::exchange(asks, false)) webservers->Reconcile();
    if (std::exchange(writes, false)) recorder->Reconcile();
    return result;
  }

  static FakeSource::Files Files(const std::vector<std::string>& names) {
    FakeSource::Files files{{"dagitops.yaml", kRepository}, {"code/shared/definitions.py", "x"}};
    for (const std::string& name : names) files["locations/" + name + ".yaml"] = Fragment();
    return files;
  }

  ReconcileResult Pass() {
    const ReconcileResult result = Reconcile();
    clock.now += std::chrono::seconds(1);
    dagster.Tick();
    return result;
  }

  // Passes until nothing is to be done at once; at most 200 (servers outlive their publication by 90 s).
  void Settle(int passes = 200) {
    for (int i = 0; i < passes; ++i) Pass();
  }

  struct Cost {
    int passes = 0;
    int asked = 0;
    int status_saves = 0;
  };

  // As the controller does: each pass when the one before wanted it, for so long.
  Cost LetPass(Duration time) {
    const WallTime end = clock.now + time;
    const Cost before{0, dagster.asked, store.status_saves};
    int passes = 0;
    for (; clock.now < end && passes < 10'000; ++passes) {
      const ReconcileResult result = Reconcile();
      clock.now += woken ? Duration(1) : std::max(*result.requeue_after, Duration(1));
      dagster.Tick();
    }
    return {passes, dagster.asked - before.asked, store.status_saves - before.status_saves};
  }

  std::vector<std::string> Loaded() const {
    std::vector<std::string> names;
    for (const auto& [name, location] : dagster.loaded) names.push_back(name);
    return names;
  }

  const LocationStatus& StatusOf(const std::string& name) const {
    for (const LocationStatus& location : store.status->locations) {
      if (location.name == name) return location;
    }
    ADD_FAILURE() << "no status of " << name;
    static const LocationStatus kNone;
    return kNone;
  }

  bool Is(const std::string& condition) const {
    for (const Condition& c : store.status->conditions) {
      if (c.type == condition) return c.truth == Condition::Truth::kTrue;
    }
    return false;
  }

  void Ask(Request::Kind kind, const std::string& revision = "", const Names& locations = {}) {
    store.requests.push_back({"q" + std::to_string(++asked_), kind, "production", locations, revision});
  }

 public:
  FakeSource source;
  support::FakeDagster dagster;
  support::FakeStore store;
  support::FakeClock clock;
  PrometheusMetrics metrics;
  PassRecords records{clock, metrics};
  SharedFetchReport fetch;
  support::FakeHistory history;
  Effective rendered;   // last
  bool writes = false;  // there is a record to be written
  bool asks = false;    // the webservers are to be asked
  bool woken = false;   // the environment is to be looked at
  std::optional<WebserverReconciler> webservers;
  std::optional<HistoryReconciler> recorder;
  std::optional<EnvironmentReconciler> reconciler;

 private:
  int asked_ = 0;
};

}  // namespace dagitops::reconcile
