#include <algorithm>
#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>

#include "dagitops/base/digest.h"
#include "dagitops/cli/run.h"
#include "dagitops/decide/decide.h"
#include "dagitops/plan/make_plan.h"
#include "dagitops/plan/print.h"
#include "dagitops/plan/published.h"
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

ObservedServer Running(const std::string& location, const std::string& location_name, const std::string& content) {
  ObservedServer server;
  server.location = location;
  server.content = content;
  server.state = ServerState::kReady;
  server.published = true;
  server.address.location_name = location_name;
  server.address.socket = ShortDigest(location) + "-" + content.substr(0, 8) + ".sock";
  return server;
}

// Servers that nobody runs from here are there; published are those that were proven.
void AssumeExternals(const Desired& desired, Observed& observed) {
  for (const DesiredLocation& location : desired.locations) {
    for (const DesiredServer& external : location.servers) {
      if (!external.external) continue;
      ObservedServer server = Running(location.name, external.location_name, external.content);
      server.address = external.address;
      server.external = true;
      server.published = location.has_serving && &external == &location.servers.front();
      std::erase_if(observed.servers, [&](const ObservedServer& known) { return known.content == external.content; });
      observed.servers.push_back(std::move(server));
    }
  }
}

// The world as it is when everything proven runs: a plan needs no daemon and changes nothing.
Observed Assumed(const decide::Decided& decided, const Desired& desired) {
  Observed observed;
  for (const DesiredLocation& location : desired.locations) {
    if (!location.has_serving || location.servers.empty()) continue;
    observed.servers.push_back(Running(location.name, location.location_name, location.servers.front().content));
  }
  AssumeExternals(desired, observed);
  for (const Removal& removal : desired.removals) {
    const auto& record = decided.state.locations.at(removal.name);
    if (!record.last_good) continue;
    observed.servers.push_back(Running(removal.name, record.last_good->location.settings.location_name, "running"));
  }
  return observed;
}

Result<Plan> MakePlan(const decide::Decided& decided, const Desired& desired) {
  Observed observed = Assumed(decided, desired);
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

std::string ExplainText(const Effective& effective) {
  std::string text;
  for (const EffectiveLocation& location : effective.locations) {
    if (!location.candidate) continue;
    text += location.name + ":\n";
    for (const workspace::Explained& value : workspace::Explain(location.candidate->location)) {
      text += "  " + value.path + ": " + value.text + "  (" + std::string(workspace::Describe(value.layer));
      if (!value.file.empty()) text += ", " + value.file + ":" + std::to_string(value.line);
      text += ")\n";
    }
  }
  return text;
}

int ExitCodeFor(const PlanCommand& options, const Plan& plan, const Effective& effective, bool faults) {
  if (faults) return kInvalidInput;
  const bool waits = std::any_of(effective.locations.begin(), effective.locations.end(), [](const auto& location) {
    return location.decision == DecisionKind::kRemovalWaiting;
  });
  if (!options.exit_code) return kDone;
  if (waits) return kNeedsApproval;
  return plan.empty() ? kDone : kChangesPending;
}

// The range since what was applied; with --base, or in a checkout with changes, descent is not the question.
CommitRange RangeOf(const PlanCommand& options, const View& view, const EnvironmentState& state) {
  if (!options.base.empty() || view.revision.dirty() || view.repository.history == nullptr)
    return {Ancestry::kDescends, 0};
  const auto range = view.repository.history->Compare(state.applied, view.revision);
  return range ? *range : CommitRange{Ancestry::kDescends, 0};
}

// What is loaded now, or would be at --base, and is in `composition` under another name.
void TellRenames(const EnvironmentState& state, const Composition& composition, const Services& services) {
  Composition loaded;
  for (const auto& [name, record] : state.locations) {
    if (record.last_good) loaded.locations.push_back(std::make_shared<CodeLocation>(record.last_good->location));
  }
  for (const Diagnostic& rename : workspace::LintRenames(loaded, composition)) services.err << rename.Text() << "\n";
}

Result<int> RunPlan(const PlanCommand& options, const Services& services) {
  DAGITOPS_ASSIGN(const View view, OpenView(options.common, options.revision, services));
  DAGITOPS_ASSIGN(const std::string environment, ChooseEnvironment(options.common.environment, view.tree));
  DAGITOPS_ASSIGN(const EnvironmentState state, Before(options, view, environment, services));
  workspace::Composer composer;
  const Composition composition = composer.Compose(view.tree, environment, {"1.12", state.path_names});
  const bool faults = TellDiagnostics(composition, services);
  TellRenames(state, composition, services);
  DAGITOPS_ASSIGN(const auto code, ReadCode(*view.repository.source, composition));
  const CommitRange range = RangeOf(options, view, state);
  const decide::Decided decided = decide::Decide({composition, state, range, code, services.clock.Now()});
  const Desired desired = render::LocalProcess(decided.effective, {});
  DAGITOPS_ASSIGN(const Plan plan, MakePlan(decided, desired));
  services.out << (options.common.json() ? plan::ToJson(plan) : plan::ToText(plan));
  for (const EffectiveLocation& location : decided.effective.locations) {
    if (options.common.json() || location.decision == DecisionKind::kFollow) continue;
    services.out << "  ! " << location.name << ": " << location.reason << "\n";
  }
  if (options.explain && !options.common.json()) services.out << ExplainText(decided.effective);
  return ExitCodeFor(options, plan, decided.effective, faults);
}

}  // namespace

void AddPlan(CLI::App& app, const Services& services, Chosen& chosen) {
  auto options = std::make_shared<PlanCommand>();
  CLI::App* command =
      app.add_subcommand("plan", "Show what would change, and why; changes nothing and needs no daemon");
  AddCommonOptions(*command, options->common);
  command->add_option("--at", options->revision, "commit, branch or tag (default: the head, changes included)");
  command->add_option("--base", options->base, "compare with this commit instead of what `serve` has loaded");
  command->add_flag("--explain", options->explain, "tell for each value which file set it");
  command->add_flag("--exit-code", options->exit_code,
                    "end with 4 when changes are pending, 5 when approval is needed");
  command->callback([options, &services, &chosen] {
    chosen = [options, &services] {
      const auto code = RunPlan(*options, services);
      return code ? *code : Fail(code.error(), services);
    };
  });
}

}  // namespace dagitops::cli
