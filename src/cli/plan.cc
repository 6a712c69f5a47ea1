#include <algorithm>
#include <functional>
#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>

#include "dagitops/base/digest.h"
#include "dagitops/base/duration.h"
#include "dagitops/cli/run.h"
#include "dagitops/decide/decide.h"
#include "dagitops/plan/make_plan.h"
#include "dagitops/plan/print.h"
#include "dagitops/plan/published.h"
#include "dagitops/render/kubernetes.h"
#include "dagitops/render/local_process.h"
#include "dagitops/render/workspace_yaml.h"
#include "dagitops/workspace/composer.h"
#include "dagitops/workspace/explain.h"
#include "dagitops/workspace/renames.h"

#include "cli/commands.h"
#include "cli/view.h"

namespace dagitops::cli {
namespace {

struct PlanCommand {
  CommonOptions common;
  std::string revision;
  std::string base;
  bool explain = false;
  bool diff = false;
  bool exit_code = false;
};

std::string CodePath(const CodeLocation& location) {
  return location.settings.local ? location.settings.local->path : "";
}

Result<std::map<std::string, decide::CodeFacts>> ReadCode(Source& source, const Composition& composition) {
  std::vector<std::string> folders;
  for (const auto& location : composition.locations) {
    if (!CodePath(*location).empty()) folders.push_back(CodePath(*location));
  }
  DAGITOPS_ASSIGN(const auto trees, source.TreeIds(composition.revision, folders));
  std::map<std::string, decide::CodeFacts> code;
  for (const auto& location : composition.locations) {
    const auto tree = trees.find(CodePath(*location));
    code[location->name].tree_id = tree == trees.end() ? "" : tree->second;
  }
  return code;
}

// The state that a deployment would have if all of `composition` were loaded.
EnvironmentState AllLoaded(const Composition& composition, const std::map<std::string, decide::CodeFacts>& code) {
  EnvironmentState state;
  state.environment = composition.environment;
  state.applied = composition.revision;
  state.chart_values = composition.chart_values;
  state.system_values = composition.system_values;
  for (const auto& location : composition.locations) {
    state.locations[location->name].last_good =
        Version{composition.revision, composition.revision, *location, code.at(location->name).tree_id};
  }
  return state;
}

// What is compared with: a commit when --base names one, else what `serve` has loaded, else nothing.
Result<EnvironmentState> Before(const PlanCommand& options, const View& view, const std::string& environment,
                                const Services& services) {
  if (options.base.empty()) {
    DAGITOPS_ASSIGN(const auto store, services.open_store(view.settings.state_dir));
    DAGITOPS_ASSIGN(auto state, store->LoadState(environment));
    return state.value_or(EnvironmentState{});
  }
  DAGITOPS_ASSIGN(const Composition composition, ComposeAt(view, options.base, environment));
  DAGITOPS_ASSIGN(const auto code, ReadCode(*view.repository.source, composition));
  return AllLoaded(composition, code);
}

// Where it is reached is known of what is in a cluster or elsewhere; a process would have a socket of its own.
ObservedServer Running(const DesiredServer& made) {
  ObservedServer server;
  server.location = made.location;
  server.content = made.content;
  server.state = ServerState::kReady;
  server.published = true;
  server.active_runs = 0;  // runs are waited for, which changes when something is done and not what
  server.address = made.address;
  server.address.location_name = made.location_name;
  const bool known = !made.address.host.empty() || !made.address.socket.empty();
  if (!known) server.address.socket = ShortDigest(made.location) + "-" + made.content.substr(0, 8) + ".sock";
  return server;
}

using Render = std::function<Desired(const Effective&)>;

render::KubernetesOptions RenderOptions(const config::KubernetesSettings& settings) {
  render::KubernetesOptions options;
  const config::ChartSettings& system = settings.system.chart;
  options.system_chart = system.path.empty() ? system.repository : system.path;
  options.workspace_config_map = settings.workspace_config_map;
  return options;
}

// As `serve` would render it. What tells one chart from another is not known here, and is the same before and after.
Render RenderOf(const View& view, const std::string& environment) {
  const auto settings = view.settings.environments.find(environment);
  const bool cluster = settings != view.settings.environments.end() && settings->second.target == "kubernetes";
  if (cluster) {
    return [rendering = RenderOptions(settings->second.kubernetes)](const Effective& effective) {
      return render::Kubernetes(effective, rendering);
    };
  }
  return [](const Effective& effective) { return render::LocalProcess(effective, {}); };
}

// The server of a proven version.
DesiredServer ServerOf(const Version& version, const Effective& effective, const Render& render) {
  Effective alone;
  alone.options = effective.options;
  alone.chart_values = effective.chart_values;
  alone.locations = {{version.location.name, DecisionKind::kFollow, "", version, std::nullopt, {}}};
  return render(alone).locations.front().servers.front();
}

// Its removal was allowed before: it has left workspace.yaml, and only its server lives on for a while.
bool IsUnderWay(const EnvironmentState& before, const std::string& location) {
  const auto record = before.locations.find(location);
  return record != before.locations.end() && record->second.removing;
}

// The releases that are no location's, made of what they were last made of. Of a state that does not know that of what
// belongs to all, it is taken to be as it shall be.
void AssumeReleases(const Effective& effective, const Desired& desired, const EnvironmentState& before,
                    const Render& render, Observed& observed) {
  Effective then;
  then.options = effective.options;
  then.usable = effective.usable;
  then.chart_values = before.chart_values.is_null() ? effective.chart_values : before.chart_values;
  then.system_values = before.system_values;
  const Desired was = render(then);
  if (desired.base && was.base)
    (desired.base->shared ? observed.shared : observed.base) = {was.base->content, ServerState::kReady, ""};
  if (was.system) observed.system = {was.system->content, ServerState::kReady, ""};
}

// The world as it is when everything proven runs, and external servers are there: a plan needs no daemon and changes
// nothing.
Observed Assumed(const decide::Decided& decided, const Desired& desired, const EnvironmentState& before,
                 const Render& render) {
  Observed observed;
  AssumeReleases(decided.effective, desired, before, render, observed);
  for (const DesiredLocation& location : desired.locations) {
    for (const DesiredServer& server : location.servers) {
      const bool serving = location.has_serving && &server == &location.servers.front();
      if (!serving && !server.external) continue;
      ObservedServer running = Running(server);
      running.published = serving;
      running.external = server.external;
      observed.servers.push_back(std::move(running));
    }
  }
  for (const Removal& removal : desired.removals) {
    const auto& record = decided.state.locations.at(removal.name);
    if (!record.last_good || IsUnderWay(before, removal.name)) continue;
    observed.servers.push_back(Running(ServerOf(*record.last_good, decided.effective, render)));
  }
  return observed;
}

Result<Plan> MakePlan(const decide::Decided& decided, const Desired& desired, const EnvironmentState& before,
                      const Render& render) {
  Observed observed = Assumed(decided, desired, before, render);
  plan::WantedWorkspace workspace;
  workspace.entries = plan::SelectPublished(desired, observed);
  std::vector<WorkspaceEntry> published;
  for (const ObservedServer& server : observed.servers) published.push_back(server.address);
  for (WorkspaceEntry& entry : published) entry.metadata.clear();
  std::vector<WorkspaceEntry> wanted = workspace.entries;
  for (WorkspaceEntry& entry : wanted) entry.metadata.clear();
  DAGITOPS_ASSIGN(workspace.text, render::WorkspaceYaml(wanted));
  const auto by_name = [](const WorkspaceEntry& a, const WorkspaceEntry& b) {
    return a.location_name < b.location_name;
  };
  std::sort(published.begin(), published.end(), by_name);
  std::sort(wanted.begin(), wanted.end(), by_name);
  observed.published = published == wanted ? workspace.text : "";
  return plan::MakePlan(desired, observed, workspace, {});
}

// One line each, instead of what happens to their servers now: nothing, until they have been out of Dagster for long
// enough.
void TellRemovals(const decide::Decided& decided, const EnvironmentState& before, Duration retire_after, Plan& plan) {
  for (const Removal& removal : decided.effective.removals) {
    std::erase_if(plan.items,
                  [&](const PlanItem& item) { return item.action == Action::kKeep && item.location == removal.name; });
    std::string reason = decided.state.locations.at(removal.name).reason +
                         (IsUnderWay(before, removal.name) ? ", under way" : "") + "; its server ends " +
                         FormatDuration(retire_after) + " after it is out of workspace.yaml";
    if (removal.runs.wait) reason += ", once its runs have ended";
    plan.removals.push_back({removal.name, std::move(reason)});
  }
}

// Why a location is not as in git: held, pinned, waiting. One that never was good is only known from the state.
void TellDecisions(const EnvironmentState& decided, Plan& plan) {
  for (const auto& [name, record] : decided.locations) {
    if (record.decision != DecisionKind::kFollow) plan.decisions.push_back({name, record.decision, record.reason});
  }
}

// All that is composed, also where nothing changes: whoever asks wants to know where a value comes from.
void TellOrigins(const Composition& composition, Plan& plan) {
  auto& explained = plan.explained.emplace();
  for (const auto& location : composition.locations) {
    explained.push_back({location->name, workspace::Explain(*location)});
  }
}

int ExitCodeFor(const PlanCommand& options, const Plan& plan, bool faults) {
  if (faults) return kInvalidInput;
  const bool waits = std::any_of(plan.decisions.begin(), plan.decisions.end(), [](const PlannedDecision& decided) {
    return decided.decision == DecisionKind::kRemovalWaiting;
  });
  if (!options.exit_code) return kDone;
  if (waits) return kNeedsApproval;
  const bool objects = plan.objects && !plan.objects->empty();
  return plan.empty() && !objects ? kDone : kChangesPending;
}

// The range since what was applied; with --base, or in a checkout with changes, descent is not the question.
Result<CommitRange> RangeOf(const PlanCommand& options, const View& view, const EnvironmentState& state) {
  if (!options.base.empty() || view.revision.dirty() || view.repository.history == nullptr)
    return CommitRange{Ancestry::kDescends, 0};
  return view.repository.history->Compare(state.applied, view.revision);
}

// What is loaded now, or would be at --base, and is in `composition` under another name.
void TellRenames(const EnvironmentState& state, const Composition& composition, const Services& services) {
  for (const Diagnostic& rename : workspace::LintRenames(state, composition)) services.err << rename.Text() << "\n";
}

struct Planned {
  std::string environment;
  Composition composition;
  Desired desired;
  decide::Decided decided;
  Plan plan;
  bool not_runnable = false;  // some location, as git has it: only another commit changes that
};

bool AnyNotRunnable(const Desired& desired) {
  return std::any_of(desired.locations.begin(), desired.locations.end(), [](const DesiredLocation& location) {
    return !location.servers.empty() && !location.servers.back().not_runnable.empty();
  });
}

Result<Planned> PlanAt(const PlanCommand& options, const View& view, const std::string& environment,
                       const EnvironmentState& state, const Services& services) {
  Planned planned;
  planned.environment = environment;
  std::map<std::string, decide::CodeFacts> code;
  CommitRange range;
  if (state.rebuilt) {
    planned.composition = decide::RebuiltComposition(environment, *state.rebuilt);
  } else {
    workspace::Composer composer;
    planned.composition = composer.Compose(view.tree, environment, {view.ChartVersion(environment), state.path_names});
    DAGITOPS_ASSIGN(code, ReadCode(*view.repository.source, planned.composition));
    DAGITOPS_ASSIGN(range, RangeOf(options, view, state));
  }
  planned.decided = decide::Decide({planned.composition, state, range, code, services.clock.Now()});
  const Render render = RenderOf(view, environment);
  planned.desired = render(planned.decided.effective);
  planned.not_runnable = AnyNotRunnable(planned.desired);
  DAGITOPS_ASSIGN(planned.plan, MakePlan(planned.decided, planned.desired, state, render));
  const auto settings = view.settings.environments.find(environment);
  const config::EnvironmentSettings known =
      settings == view.settings.environments.end() ? config::EnvironmentSettings{} : settings->second;
  const bool cluster = known.target == "kubernetes";
  TellRemovals(planned.decided, state, cluster ? known.kubernetes.retire_after : known.local_process.retire_after,
               planned.plan);
  TellDecisions(planned.decided.state, planned.plan);
  if (options.explain) TellOrigins(planned.composition, planned.plan);
  return planned;
}

// What git has of it is invalid or was tried and is bad: it runs in another version, or not at all.
bool AnyHeld(const EnvironmentState& decided) {
  return std::any_of(decided.locations.begin(), decided.locations.end(), [](const auto& known) {
    return known.second.decision == DecisionKind::kHold && known.second.failed;
  });
}

bool AnyRefused(const Plan& plan) {
  return plan.objects && std::any_of(plan.objects->begin(), plan.objects->end(), [](const ObjectChange& change) {
           return change.kind == ObjectChange::Kind::kRefused;
         });
}

Status AskCluster(const PlanCommand& options, const View& view, Planned& planned, const Services& services) {
  if (!options.diff) return Ok();
  DAGITOPS_ASSIGN(planned.plan.objects,
                  services.diff_objects(view.settings, planned.environment, planned.desired, planned.plan));
  return Ok();
}

int Print(const PlanCommand& options, const Planned& planned, const Services& services) {
  const bool faults = TellDiagnostics(planned.composition, services);
  if (planned.decided.state.paused) services.err << "paused: nothing of this is done before `dagitops resume`\n";
  services.out << (options.common.json() ? plan::ToJson(planned.plan) : plan::ToText(planned.plan));
  const bool needs_person = planned.not_runnable || AnyHeld(planned.decided.state) || AnyRefused(planned.plan);
  if (needs_person && options.exit_code && !faults) return kNeedsApproval;
  return ExitCodeFor(options, planned.plan, faults);
}

// `apply --at` or `rebuild --at`: the daemon stays there, whatever the branch says.
Result<int> PlanPinned(const PlanCommand& options, View view, const std::string& environment,
                       const EnvironmentState& state, const Services& services) {
  EnvironmentState followed = state;
  followed.pinned.reset();
  followed.rebuilt.reset();
  DAGITOPS_ASSIGN(const Planned at_head, PlanAt(options, view, environment, followed, services));
  if (!state.rebuilt) {
    view.revision = *state.pinned;
    DAGITOPS_ASSIGN(view.tree, view.repository.source->ReadTree(view.revision, view.settings.limits));
  }
  DAGITOPS_ASSIGN(Planned pinned, PlanAt(options, view, environment, state, services));
  DAGITOPS_TRY(AskCluster(options, view, pinned, services));
  const int code = Print(options, pinned, services);
  const std::string where = state.rebuilt ? "as recorded in " + state.rebuilt->commit.substr(0, 8) + " of the history"
                                          : "pinned at " + view.revision.Short();
  services.err << where << "; a plain `dagitops apply` would bring " << plan::Headline(at_head.plan) << "\n";
  return code;
}

Result<int> RunPlan(const PlanCommand& options, const Services& services) {
  DAGITOPS_ASSIGN(const View view, OpenView(options.common, options.revision, services));
  DAGITOPS_ASSIGN(const std::string environment, ChooseEnvironment(options.common.environment, view.tree));
  DAGITOPS_ASSIGN(EnvironmentState state, Before(options, view, environment, services));
  if (!options.revision.empty()) state.rebuilt.reset();
  if ((state.pinned || state.rebuilt) && options.revision.empty())
    return PlanPinned(options, view, environment, state, services);
  DAGITOPS_ASSIGN(Planned planned, PlanAt(options, view, environment, state, services));
  DAGITOPS_TRY(AskCluster(options, view, planned, services));
  TellRenames(state, planned.composition, services);
  return Print(options, planned, services);
}

}  // namespace

void AddPlan(CLI::App& app, const Services& services, Chosen& chosen) {
  auto options = std::make_shared<PlanCommand>();
  CLI::App* command =
      app.add_subcommand("plan", "Show what would change, and why; changes nothing and needs no daemon");
  AddCommonOptions(*command, options->common);
  AddChartVersion(*command, options->common);
  command->add_option("--at", options->revision,
                      "commit, branch or tag, or HEAD~1 (default: the head, changes included)");
  command->add_option("--base", options->base, "compare with this commit instead of what `serve` has loaded");
  command->add_flag("--explain", options->explain, "tell for each value of each location which file set it");
  command
      ->add_flag("--diff", options->diff, "ask the cluster what would change of its objects, and what it would refuse")
      ->excludes("--base");
  command->add_flag("--exit-code", options->exit_code,
                    "end with 4 when changes are pending, 5 when a person has to decide");
  command->callback([options, &services, &chosen] {
    chosen = [options, &services] {
      const auto code = RunPlan(*options, services);
      return code ? *code : Fail(code.error(), services);
    };
  });
}

}  // namespace dagitops::cli
