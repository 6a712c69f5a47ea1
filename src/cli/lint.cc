#include <algorithm>
#include <map>
#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "dagitops/base/counted.h"
#include "dagitops/cli/run.h"
#include "dagitops/workspace/composer.h"
#include "dagitops/workspace/local_paths.h"
#include "dagitops/workspace/renames.h"
#include "dagitops/workspace/repository.h"

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/view.h"

namespace dagitops::cli {
namespace {

namespace json = boost::json;

struct LintOutcome {
  Diagnostics diagnostics;
  std::size_t locations = 0;
  std::size_t environments = 0;
};

void Append(LintOutcome& outcome, const Diagnostics& more) {
  auto& all = outcome.diagnostics;
  for (const Diagnostic& diagnostic : more) {
    if (std::find(all.begin(), all.end(), diagnostic) == all.end()) all.push_back(diagnostic);
  }
}

// A rename shows only beside what was there before: the commit that a changed checkout stands on. Without one (a fresh
// repository) there is nothing to lose.
void LintRenamesSinceHead(const View& view, const Composition& composition, LintOutcome& outcome) {
  if (!view.revision.dirty()) return;
  const std::string head = view.revision.id.substr(0, view.revision.id.find('-'));
  const auto before = ComposeAt(view, head, composition.environment);
  if (before) Append(outcome, workspace::LintRenames(*before, composition));
}

Status LintCode(const View& view, const Composition& composition, LintOutcome& outcome) {
  std::map<std::string, workspace::FolderNames> folders;
  for (const std::string& folder : workspace::FoldersOfLocalPaths(composition)) {
    DAGITOPS_ASSIGN(auto names, view.repository.source->Names(view.revision, folder));
    if (names) folders[folder] = std::move(*names);
  }
  Append(outcome, workspace::LintLocalPaths(composition, folders));
  return Ok();
}

// The one that is asked for, whether it exists or not: composing it tells. All of them where none is.
std::vector<std::string> EnvironmentsOf(const CommonOptions& options, const workspace::Repository& repository) {
  if (!repository.usable) return {};
  if (!options.environment.empty()) return {options.environment};
  std::vector<std::string> names;
  for (const auto& [name, environment] : repository.environments) names.push_back(name);
  return names;
}

// Every environment is composed, unless one is asked for; what several of them say alike is told once.
Result<LintOutcome> Lint(const CommonOptions& options, const Services& services) {
  DAGITOPS_ASSIGN(const View view, OpenView(options, "", services));
  const workspace::Repository config = workspace::ReadRepository(view.tree);
  LintOutcome outcome;
  Append(outcome, config.diagnostics);
  workspace::Composer composer;
  for (const std::string& name : EnvironmentsOf(options, config)) {
    const Composition composition = composer.Compose(view.tree, name, {view.ChartVersion(name), {}});
    Append(outcome, composition.diagnostics);
    LintRenamesSinceHead(view, composition, outcome);
    DAGITOPS_TRY(LintCode(view, composition, outcome));
    outcome.locations += composition.locations.size() + composition.invalid.size();
    ++outcome.environments;
  }
  SortDiagnostics(outcome.diagnostics);
  return outcome;
}

json::value OrNull(const std::string& text) { return text.empty() ? json::value(nullptr) : json::value(text); }

void PrintJson(const LintOutcome& outcome, std::ostream& out) {
  json::array list;
  for (const Diagnostic& d : outcome.diagnostics) {
    list.push_back({{"severity", d.severity == Severity::kFault ? "fault" : "warning"},
                    {"code", d.code},
                    {"file", d.position.file},
                    {"line", d.position.line},
                    {"column", d.position.column},
                    {"location", OrNull(d.location)},
                    {"found", OrNull(d.found)},
                    {"expected", OrNull(d.expected)},
                    {"fix", OrNull(d.fix)}});
  }
  out << json::serialize(json::object{{"schemaVersion", 1}, {"diagnostics", std::move(list)}}) << "\n";
}

void PrintText(const LintOutcome& outcome, std::ostream& out) {
  const auto faults =
      static_cast<std::size_t>(std::count_if(outcome.diagnostics.begin(), outcome.diagnostics.end(),
                                             [](const Diagnostic& d) { return d.severity == Severity::kFault; }));
  for (const Diagnostic& diagnostic : outcome.diagnostics) out << diagnostic.Text() << "\n";
  out << Counted(outcome.locations, "location") << " in " << Counted(outcome.environments, "environment") << ": "
      << Counted(faults, "fault") << ", " << Counted(outcome.diagnostics.size() - faults, "warning") << "\n";
}

}  // namespace

void AddLint(CLI::App& app, const Services& services, Chosen& chosen) {
  auto options = std::make_shared<CommonOptions>();
  CLI::App* command = app.add_subcommand("lint", "Tell everything that is wrong or doubtful in the repository");
  AddCommonOptions(*command, *options);
  AddChartVersion(*command, *options);
  command->callback([options, &services, &chosen] {
    chosen = [options, &services]() -> int {
      const auto outcome = Lint(*options, services);
      if (!outcome) return Fail(outcome.error(), services);
      options->json() ? PrintJson(*outcome, services.out) : PrintText(*outcome, services.out);
      return HasFault(outcome->diagnostics) ? kInvalidInput : kDone;
    };
  });
}

}  // namespace dagitops::cli
