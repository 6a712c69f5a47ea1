#include "dagitops/reconcile/environment_reconciler.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "dagitops/base/log.h"
#include "dagitops/conditions/summarize.h"
#include "dagitops/decide/decide.h"
#include "dagitops/decide/judge.h"
#include "dagitops/plan/make_plan.h"
#include "dagitops/plan/published.h"
#include "dagitops/reconcile/requests.h"
#include "dagitops/render/workspace_yaml.h"

#include "reconcile/carried_out.h"
#include "reconcile/externals.h"
#include "reconcile/history_offer.h"
#include "reconcile/recall.h"
#include "reconcile/revision_reader.h"
#include "reconcile/runs_inside.h"
#include "reconcile/status_writer.h"
#include "reconcile/verdict_log.h"
#include "reconcile/waiting.h"

namespace dagitops::reconcile {
namespace {

constexpr Duration kFreshWhenSettled = std::chrono::seconds(20);  // of what the webservers list
constexpr Duration kFreshForRuns = std::chrono::seconds(1);       // while something waits for runs to end

// The values of one pass, filled in step by step.
struct Pass {
  WallTime now{};
  FetchReport fetch;  // read before the head is: what a status says of the fetch, its head has seen
  std::optional<Revision> head;
  GitView not_of_git;  // what `git` points at when no revision could be read, or none is to be
  const GitView* git = nullptr;
  Observed observed;
  decide::Decided decided;
  Desired desired;
  std::vector<decide::Verdict> verdicts;
  std::string workspace;  // the bytes that shall be published
  Plan plan;
  bool observed_at_all = false;
  std::optional<Error> unobserved;  // why not
  bool decided_upon = false;
  bool planned = false;
  bool asks_runs = false;  // what is known of them is too old, and the next pass has it asked for
  bool answered = false;   // a request was taken
  std::vector<Error> errors;
};

// A composition that says nothing: whatever runs keeps running.
Composition Unusable(const std::string& environment, const EnvironmentState& state) {
  Composition composition;
  composition.environment = environment;
  composition.revision = state.applied.value_or(Revision{});
  composition.usable = false;
  return composition;
}

Error BranchError(const BranchHead& head) {
  const bool empty = head.state == BranchHead::State::kRepositoryEmpty;
  return {ErrorKind::kStalled, empty ? "repository-empty" : "branch-missing", "workspace repository",
          empty ? "the repository has no commit" : "the tracked branch does not exist",
          "nothing is changed until it is back; push it, or correct `source.branch`"};
}

std::optional<FetchStatus> Fetched(const FetchReport& report) {
  if (!report.began) return std::nullopt;
  return FetchStatus{*report.began, report.error ? report.error->Text() : ""};
}

// Of servers that are run here: externals are only observed once it is decided what is desired.
std::set<std::string> PublishedNames(const Observed& observed) {
  std::set<std::string> names;
  for (const ObservedServer& server : observed.servers) {
    if (server.published && !server.external) names.insert(server.location);
  }
  return names;
}

Duration Sooner(Duration a, std::optional<Duration> b) { return b ? std::min(a, *b) : a; }

}  // namespace

struct EnvironmentReconciler::Impl {
  Impl(EnvironmentSeams the_seams, EnvironmentSettings the_settings)
      : seams(the_seams),
        settings(std::move(the_settings)),
        reader(seams.source, seams.history, {settings.environment, settings.chart_version, settings.limits}),
        status_writer(seams.store),
        history(seams.recorder) {}

  struct Step {
    const char* name;  // in the metrics
    Status (Impl::*run)(Pass&);
  };

  ReconcileResult Reconcile() {
    static constexpr std::array kSteps{Step{"load state", &Impl::LoadState}, Step{"take requests", &Impl::TakeRequests},
                                       Step{"observe", &Impl::Observe},      Step{"read revision", &Impl::ReadRevision},
                                       Step{"decide", &Impl::Decide},        Step{"plan", &Impl::MakePlan},
                                       Step{"apply", &Impl::Apply},          Step{"forget", &Impl::Forget}};
    const SteadyTime began = seams.clock.Steady();
    seams.watcher.Began(settings.environment);
    Pass pass;
    pass.now = seams.clock.Now();
    pass.fetch = *seams.fetch.lock();
    for (const Step& step : kSteps) {
      Status done = Ok();
      Timed(step.name, [&] { done = (this->*step.run)(pass); });
      if (done) continue;
      if (!pass.observed_at_all) pass.unobserved = done.error();
      pass.errors.push_back(done.error());
      break;
    }
    if (pass.decided_upon) Timed("maintain", [&] { Maintain(pass); });
    EnvironmentStatus status;
    Timed("write status", [&] { status = WriteStatus(pass); });
    seams.watcher.Ended(settings.environment,
                        {seams.clock.Steady() - began, pass.unobserved, !pass.errors.empty(), status});
    return Result(pass);
  }

  template <class Run>
  void Timed(const char* step, const Run& run) {
    const SteadyTime began = seams.clock.Steady();
    run();
    seams.watcher.StepDone(settings.environment, step, seams.clock.Steady() - began);
  }

  // Whatever else failed: servers that died are restarted and those told to end are ended only here.
  void Maintain(Pass& pass) {
    if (auto status = seams.target.Maintain(pass.desired); !status) pass.errors.push_back(status.error());
  }

  Status LoadState(Pass& pass) {
    if (!state) {
      DAGITOPS_ASSIGN(auto loaded, seams.store.LoadState(settings.environment));
      if (loaded) saved = *loaded;
      if (!loaded && seams.records != nullptr) recall.emplace();
      state = loaded.value_or(EnvironmentState{});
      state->environment = settings.environment;
    }
    return recall ? RecallDecisions(pass.now) : Ok();
  }

  Status RecallDecisions(WallTime now) {
    const bool asked = seams.recorder == nullptr || seams.recorder->HasAsked();
    if (recall->Awaits(asked, now))
      return Error{ErrorKind::kRetry, "history-awaited", "environment " + settings.environment,
                   "there is no state, and what was decided before is being asked of the history", ""};
    if (!history.offered()) recall->Look(*seams.records);
    recall->Decide(*state);
    return Ok();
  }

  // What goes wrong here is told and tried again by the next pass: servers are looked after all the same.
  Status TakeRequests(Pass& pass) {
    const auto requests = seams.inbox.Take();
    if (!requests) {
      pass.errors.push_back(requests.error());
      return Ok();
    }
    for (const Request& request : *requests) {
      if (request.environment != settings.environment) continue;
      if (auto done = Answer(request, pass); !done) pass.errors.push_back(done.error());
    }
    return Ok();
  }

  // Nobody is told that something was done before it is on disk.
  Status Answer(const Request& request, Pass& pass) {
    RequestOutcome outcome =
        CarryOut(request, *state, {seams.source, seams.records, settings.chart_version, settings.limits});
    std::swap(*state, outcome.state);
    if (auto written = Save(); !written) {
      state = std::move(outcome.state);
      return written;
    }
    Log(LogLevel::kInfo, "request", {{"id", request.id}, {"answer", outcome.answer.message}});
    pass.answered = true;
    return seams.inbox.Answer(outcome.answer);
  }

  Status Observe(Pass& pass) {
    DAGITOPS_ASSIGN(pass.observed, seams.target.Observe());
    pass.observed.now = pass.now;
    NotePublished(pass.observed);
    pass.observed.webservers = seams.webservers.Observe(seams.target.Webservers(), Fresh(pass.now));
    if (settings.runs_by_webserver) ObserveRuns(pass.observed);
    TellAddresses(pass.observed);
    AdoptUnknown(pass.observed);
    pass.observed_at_all = true;
    return Ok();
  }

  // How old what the webservers said may be.
  Duration Fresh(WallTime now) const {
    const Duration fresh = waiting.any() ? waiting.Pause(now) : kFreshWhenSettled;
    return awaits_runs ? std::min(fresh, kFreshForRuns) : fresh;
  }

  // Once in a life, for whoever sits at a terminal.
  void TellAddresses(const Observed& observed) {
    for (const ObservedWebserver& webserver : observed.webservers) {
      if (webserver.error.empty() && told_addresses.insert(webserver.url).second) {
        Log(LogLevel::kInfo, "Dagster is at " + webserver.url, {{"environment", settings.environment}});
      }
    }
  }

  // What the file once named may still be listed by a webserver that did not read it anew; whatever else one lists is
  // not from us.
  void NotePublished(Observed& observed) {
    if (observed.published && noted_text != observed.published) {
      for (const WorkspaceEntry& entry : render::ReadWorkspaceYaml(*observed.published)) {
        once_published.insert(entry.location_name);
      }
      noted_text = observed.published;
    }
    observed.once_published = once_published;
  }

  // A server that nothing is remembered about (the state was lost) is never taken for garbage: if git does not know its
  // location either, its removal waits for a person.
  void AdoptUnknown(const Observed& observed) {
    for (const ObservedServer& server : observed.servers) {
      const bool let_go = !server.foreign.empty() && !server.published;  // or never ours to publish
      if (let_go || state->locations.contains(server.location)) continue;
      LocationRecord& record = state->locations[server.location];
      record.removal_waits = "found running, and nothing is remembered about it";
    }
  }

  // Whatever keeps the revision from being read is told, and what runs keeps running.
  Status ReadRevision(Pass& pass) {
    const auto revision = WantedRevision(pass);
    if (state->rebuilt) {
      pass.not_of_git.composition = decide::RebuiltComposition(settings.environment, *state->rebuilt);
      pass.git = &pass.not_of_git;
      return Ok();
    }
    if (revision) {
      const auto view = reader.Read(*revision, *state);
      if (view) {
        pass.git = *view;
        return Ok();
      }
      pass.errors.push_back(view.error());
    }
    pass.not_of_git.composition = Unusable(settings.environment, *state);
    pass.git = &pass.not_of_git;
    return Ok();
  }

  std::optional<Revision> WantedRevision(Pass& pass) {
    const auto head = seams.source.Head();
    if (head && head->state == BranchHead::State::kPresent) pass.head = head->revision;
    if (state->pinned) return state->pinned;
    if (pass.head) return pass.head;
    pass.errors.push_back(head ? BranchError(*head) : head.error());
    return std::nullopt;
  }

  Status Decide(Pass& pass) {
    DecideOnce(pass);
    const auto verify = settings.verify.value_or(pass.decided.effective.options.verify);
    const auto options = decide::JudgeOptions{verify, std::chrono::seconds(60)};
    pass.verdicts = decide::Judge(pass.desired, pass.observed, options);
    EnvironmentState judged = decide::Record(pass.decided.state, pass.decided.effective, pass.verdicts, pass.now);
    if (recall) recall->Fill(judged);
    RememberCarriedOut(pass.decided.effective, pass.desired, pass.observed, judged);
    const bool learned = judged != pass.decided.state;
    LogVerdicts(pass.decided.effective, pass.verdicts, judged);
    state = std::move(judged);
    if (learned) DecideOnce(pass);
    state = pass.decided.state;
    pass.decided_upon = true;
    waiting.Note(Unconfirmed(pass.desired, pass.observed), pass.now);
    return Ok();
  }

  void DecideOnce(Pass& pass) {
    pass.decided = decide::Decide(
        {pass.git->composition, *state, pass.git->range, pass.git->code, pass.now, PublishedNames(pass.observed)});
    RememberOptions(pass.decided.effective);
    pass.desired = settings.render(pass.decided.effective);
    refused_system.Hold(*state, settings.render, pass.decided.effective, pass.desired);
    ObserveExternals(pass.desired, pass.observed);
  }

  // Of a revision that cannot be used, neither options nor values of the environment are known. What runs was made by
  // those that were.
  void RememberOptions(Effective& effective) {
    if (effective.usable) {
      known = {effective.options, effective.chart_values, effective.system_values};
    } else if (known) {
      std::tie(effective.options, effective.chart_values, effective.system_values) = *known;
    }
  }

  Status MakePlan(Pass& pass) {
    plan::WantedWorkspace workspace;
    workspace.entries = plan::SelectPublished(pass.desired, pass.observed);
    std::erase_if(workspace.entries, [&](const WorkspaceEntry& entry) {
      const auto fits = render::CheckEntry(entry);  // one that Dagster would refuse must not take the others with it
      if (!fits) pass.errors.push_back(fits.error());
      return !fits;
    });
    DAGITOPS_ASSIGN(workspace.text, WorkspaceText(workspace.entries));
    pass.workspace = workspace.text;
    replacements.Note(pass.desired, pass.observed);
    pass.plan = plan::MakePlan(pass.desired, pass.observed, workspace, settings.plan);
    pass.asks_runs = pass.plan.awaits_runs && !awaits_runs;
    awaits_runs = pass.plan.awaits_runs;
    pass.planned = true;
    return Ok();
  }

  // Mostly that of the pass before.
  dagitops::Result<std::string> WorkspaceText(const std::vector<WorkspaceEntry>& entries) {
    if (!rendered_workspace || rendered_workspace->entries != entries) {
      DAGITOPS_ASSIGN(std::string text, render::WorkspaceYaml(entries));
      rendered_workspace = {entries, std::move(text)};
    }
    return rendered_workspace->text;
  }

  // The decisions are on disk before the first change, so that a crash from here on loses nothing. A failed item is
  // told; the others go on. What is only tried again is not news.
  Status Apply(Pass& pass) {
    KeepRevisions(pass);
    DAGITOPS_TRY(Save());
    std::set<std::string> failed;
    for (const PlanItem& item : pass.plan.items) {
      if (item.action == Action::kKeep) continue;
      if (!failing.contains(item.object))
        Log(LogLevel::kInfo, "applying", {{"object", item.object}, {"reason", item.reason}});
      if (auto status = ApplyItem(item); !status) {
        pass.errors.push_back(status.error());
        failed.insert(item.object);
      }
    }
    failing = std::move(failed);
    return Ok();
  }

  Status ApplyItem(const PlanItem& item) {
    if (item.action == Action::kReload) {
      if (!item.restart) {
        seams.webservers.Reload(item.text, item.reload_location);
        return Ok();
      }
      DAGITOPS_TRY(seams.target.Apply(item));
      seams.webservers.Restarted(item.text);
      return Ok();
    }
    DAGITOPS_TRY(seams.target.Apply(item));
    if (item.action == Action::kPublish) seams.webservers.Published();
    return Ok();
  }

  // Held and pinned revisions get a ref in the mirror, so that a force-push cannot take them. That is care for later:
  // what is to be done now does not wait for it, and what a location is made of is in the state as well.
  void KeepRevisions(Pass& pass) {
    std::set<std::string_view> ids;
    for (const auto& [name, record] : state->locations) {
      if (record.last_good) ids.insert(record.last_good->revision.id);
      if (record.pinned) ids.insert(record.pinned->revision.id);
    }
    if (state->pinned) ids.insert(state->pinned->id);
    if (state->applied) ids.insert(state->applied->id);
    ids.erase("");
    std::vector<std::string> list(ids.begin(), ids.end());
    if (kept_revisions == list) return;
    auto missing = seams.history.Keep(list);
    if (!missing) return pass.errors.push_back(missing.error());
    TellLost(*missing);
    // What is missing may come with the next fetch, so it is tried again.
    if (missing->empty()) kept_revisions = std::move(list);
  }

  void TellLost(const std::vector<std::string>& missing) {
    for (const std::string& id : missing) {
      if (std::find(told_lost.begin(), told_lost.end(), id) != told_lost.end()) continue;
      Log(LogLevel::kWarning, "a revision is not in the mirror and cannot be kept",
          {{"environment", settings.environment}, {"revision", id}});
    }
    told_lost = missing;
  }

  Status Forget(Pass& pass) {
    const bool publishes = std::any_of(pass.plan.items.begin(), pass.plan.items.end(),
                                       [](const PlanItem& item) { return item.action == Action::kPublish; });
    if (publishes || pass.decided.effective.removals.empty()) return Ok();
    state = decide::Forget(std::move(*state), pass.decided.effective, pass.observed);
    return Save();
  }

  Status Save() {
    if (saved == state) return Ok();
    DAGITOPS_TRY(seams.store.SaveState(*state));
    saved = state;
    return Ok();
  }

  // The status, written or not.
  EnvironmentStatus WriteStatus(Pass& pass) {
    if (pass.fetch.error) pass.errors.push_back(*pass.fetch.error);
    for (Error& error : seams.webservers.Failures()) pass.errors.push_back(std::move(error));
    EnvironmentState none;
    none.environment = settings.environment;
    const bool decided = !pass.desired.environment.empty();
    const conditions::PassOutcome outcome{state ? *state : none,
                                          decided ? &pass.git->composition : nullptr,
                                          decided ? &pass.decided.effective : nullptr,
                                          decided ? &pass.desired : nullptr,
                                          decided ? &pass.observed : nullptr,
                                          pass.planned ? &pass.plan : nullptr,
                                          pass.head,
                                          pass.errors,
                                          pass.now,
                                          Fetched(pass.fetch)};
    EnvironmentStatus status = conditions::Summarize(outcome);
    OfferRecord(pass, status);
    history.TellIn(status, state && state->rebuilt ? &*state->rebuilt : nullptr);
    if (auto written = status_writer.Write(status, pass.answered); !written) {
      Log(LogLevel::kError, "status not written", {{"error", written.error().Text()}});
    }
    return status;
  }

  // Not of a pass that did not get so far, nor of one that could not read git: what is kept then is no decision.
  void OfferRecord(const Pass& pass, const EnvironmentStatus& status) {
    if (!pass.planned || (pass.git == &pass.not_of_git && !state->rebuilt)) return;
    history.Offer({*state, pass.decided.effective, pass.desired, status, pass.workspace}, pass.now);
  }

  ReconcileResult Result(const Pass& pass) const {
    ReconcileResult result;
    result.requeue_after = settings.interval;
    if (!pass.planned) {
      result.error = pass.errors.empty() ? std::nullopt : std::optional(pass.errors.front());
      return result;
    }
    Duration next = Sooner(settings.interval, pass.plan.look_again);
    next = Sooner(next, seams.target.LookAgain());
    if (waiting.any()) next = Sooner(next, waiting.Pause(pass.now));
    if (pass.asks_runs) next = Duration(0);
    if (reader.unfinished()) next = Sooner(next, std::chrono::milliseconds(100));
    for (const auto& [name, record] : state->locations) {
      if (!record.failed) continue;
      const Duration wait = TimeUntil(record.failed->retry_after, pass.now, kLongestRetry);
      if (wait > Duration(0)) next = Sooner(next, wait);
    }
    // Something was changed: look at once what became of it. Items that failed are tried again less eagerly.
    if (!pass.plan.empty()) next = Sooner(next, pass.errors.empty() ? Duration(0) : Duration(1000));
    result.requeue_after = std::max(next, Duration(0));
    return result;
  }

  EnvironmentSeams seams;
  EnvironmentSettings settings;
  RevisionReader reader;
  std::optional<EnvironmentState> state;
  std::optional<EnvironmentState> saved;
  std::optional<std::vector<std::string>> kept_revisions;
  std::vector<std::string> told_lost;
  std::set<std::string> told_addresses;
  std::set<std::string> once_published;
  std::optional<plan::WantedWorkspace> rendered_workspace;
  std::optional<std::string> noted_text;  // of workspace.yaml, whose names are in once_published
  std::optional<std::tuple<EnvironmentOptions, Value, Value>> known;  // of the newest revision that could be used
  Waiting waiting;
  RefusedSystem refused_system;
  Replacements replacements;
  bool awaits_runs = false;       // the last pass did
  std::set<std::string> failing;  // objects of items that the last pass could not apply
  StatusWriter status_writer;
  HistoryOffer history;
  std::optional<Recall> recall;  // where there was no state
};

EnvironmentReconciler::EnvironmentReconciler(EnvironmentSeams seams, EnvironmentSettings settings)
    : impl_(std::make_unique<Impl>(seams, std::move(settings))) {}

EnvironmentReconciler::~EnvironmentReconciler() = default;

ReconcileResult EnvironmentReconciler::Reconcile() { return impl_->Reconcile(); }

}  // namespace dagitops::reconcile
