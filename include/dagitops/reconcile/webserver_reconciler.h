#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/base/error.h"
#include "dagitops/base/sync.h"
#include "dagitops/dagster/dagster_gateway.h"
#include "dagitops/model/observed.h"
#include "dagitops/reconcile/reconciler.h"
#include "dagitops/target/target.h"

namespace dagitops::reconcile {

// Asks the webservers of one environment what they have loaded, and makes them reload. A reconciler of its own, since a
// reload answers only once the slowest location has: reloadWorkspace connects to each in turn (dagster 1.13.27,
// context.py). The environment's passes read what is known and never wait; both sides may be called from their threads.
class WebserverReconciler final : public Reconciler {
 public:
  struct Wakes {
    std::function<void()> worker;       // there is something to ask: Reconcile is to be called soon
    std::function<void()> environment;  // there is an answer that says something new
  };
  // Whether webservers are to tell of runs inside code servers: not where the servers themselves can be asked.
  enum class Runs { kNotAsked, kAsked };
  WebserverReconciler(DagsterGateway& gateway, const Clock& clock, Wakes wakes, Runs runs = Runs::kNotAsked);

  // Does what was asked for, one webserver after another, each call within a deadline of its own.
  ReconcileResult Reconcile() override;

  // For the environment's passes, which come many times a second while a server starts.

  // What is known of these webservers. Answers older than `fresh` are asked anew, and all after something was published
  // or a reload was asked for; the answer is there when the environment is woken.
  std::vector<ObservedWebserver> Observe(const std::vector<WebserverEndpoint>& endpoints, Duration fresh);
  // workspace.yaml was written: what was asked of the webservers before counts no more.
  void Published();
  // `location_name`: that one alone, for a webserver that has read workspace.yaml; empty: the whole workspace.
  void Reload(const std::string& url, const std::string& location_name);
  // It is replaced by a new one, which takes its time; until it is gone it counts as one that could not be reloaded.
  void Restarted(const std::string& url);
  // Why the last reload of each webserver that did not carry it out failed.
  std::vector<Error> Failures();

 private:
  struct Entry {
    ObservedWebserver last;
    std::optional<WallTime> asked;  // when the question was put that gave `last`, or the one that is under way
    bool to_ask = false;
    bool to_reload = false;
    std::string reload_location;  // with to_reload: that one alone
    std::optional<Error> reload_error;
  };
  struct State {
    std::map<std::string, Entry> entries;  // by URL
    int published = 0;                     // how often; an answer to a question of before counts less
  };
  struct Task {
    std::string url;
    bool reload = false;
    std::string location_name;  // of the one to reload; empty: the whole workspace
    int published = 0;
    WallTime begun{};
  };

  std::optional<Task> Next();
  void CarryOut(const Task& task);
  ObservedWebserver Ask(const std::string& url);
  Status Reload(const Task& task);
  bool Keep(const Task& task, ObservedWebserver fresh, const std::optional<Error>& error);
  static void NoteReload(const Task& task, bool failed, ObservedWebserver& fresh);
  static void KeepHistory(const ObservedWebserver& last, ObservedWebserver& fresh, WallTime now);

  DagsterGateway& gateway_;
  const Clock& clock_;
  Wakes wakes_;
  Runs runs_;
  Sync<State> state_;
};

}  // namespace dagitops::reconcile
