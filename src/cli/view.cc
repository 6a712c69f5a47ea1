#include "cli/view.h"

#include <ostream>

#include "dagitops/workspace/composer.h"

namespace dagitops::cli {

std::string View::ChartVersion(const std::string& environment) const {
  if (!chart_version.empty()) return chart_version;
  const auto known = settings.environments.find(environment);
  return known == settings.environments.end() ? config::EnvironmentSettings{}.chart_version
                                              : known->second.chart_version;
}

Result<View> OpenView(const CommonOptions& options, const std::string& revision, const Services& services) {
  View view;
  view.chart_version = options.chart_version;
  DAGITOPS_ASSIGN(view.settings, ResolveSettings(options, services));
  DAGITOPS_ASSIGN(view.repository, services.open_repository(view.settings.source, view.settings.state_dir));
  if (revision.empty()) {
    DAGITOPS_ASSIGN(const BranchHead head, view.repository.source->Head());
    if (head.state != BranchHead::State::kPresent) return NoCommit(view.settings.source.branch);
    view.revision = head.revision;
  } else {
    DAGITOPS_ASSIGN(view.revision, view.repository.source->Resolve(revision));
  }
  DAGITOPS_ASSIGN(view.tree, view.repository.source->ReadTree(view.revision, view.settings.limits));
  return view;
}

Result<Composition> ComposeAt(const View& view, const std::string& revision, const std::string& environment) {
  DAGITOPS_ASSIGN(const Revision base, view.repository.source->Resolve(revision));
  DAGITOPS_ASSIGN(const SourceTree tree, view.repository.source->ReadTree(base, view.settings.limits));
  workspace::Composer composer;
  return composer.Compose(tree, environment, {view.ChartVersion(environment), {}});
}

bool TellDiagnostics(const Composition& composition, const Services& services) {
  for (const Diagnostic& diagnostic : composition.diagnostics) services.err << diagnostic.Text() << "\n";
  return HasFault(composition.diagnostics);
}

}  // namespace dagitops::cli
