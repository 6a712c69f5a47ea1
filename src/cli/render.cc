#include <map>
#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "dagitops/cli/run.h"
#include "dagitops/model/scalar.h"
#include "dagitops/render/chart_values.h"
#include "dagitops/render/kubernetes.h"
#include "dagitops/render/workspace_yaml.h"
#include "dagitops/workspace/composer.h"

#include "cli/commands.h"
#include "cli/view.h"

namespace dagitops::cli {
namespace {

namespace json = boost::json;

struct RenderOptions {
  CommonOptions common;
  std::string revision;
  std::string into;
  bool releases = false;
};

using Files = std::map<std::string, std::string>;  // name -> text

// Where the chart's Services are: named as the location, at the entry's port.
WorkspaceEntry ServiceEntry(const CodeLocation& location) {
  WorkspaceEntry entry = render::PublishedAs(location.settings);
  if (location.settings.external) return entry;
  const Value* port = location.entry.Find("port");
  entry.host = location.name;
  entry.port = port == nullptr ? 0 : PlainInteger(port->text()).value_or(0);
  return entry;
}

// The chart runs nothing for a location without an image: an address of it would lead nowhere.
bool IsReachable(const CodeLocation& location, const Services& services) {
  if (location.settings.external || render::HasDeployment(location)) return true;
  services.err << "note: location " << location.name << " has no image: the chart runs nothing for it, so it is in "
               << "neither file; `dagitops serve` runs it as a process\n";
  return false;
}

// `release: per-location`: what each Helm release gets.
Status AddReleases(const Composition& composition, Files& files) {
  DAGITOPS_ASSIGN(files["releases/" + std::string(render::kBaseRelease) + ".yaml"],
                  render::BaseValues(composition.chart_values));
  const std::string account = render::BaseServiceAccount(composition.chart_values);
  for (const auto& location : composition.locations) {
    if (!render::HasDeployment(*location)) continue;
    DAGITOPS_ASSIGN(files["releases/" + location->name + ".yaml"],
                    render::LocationValues(*location, composition.chart_values, account));
  }
  return Ok();
}

Result<Files> Render(const Composition& composition, bool releases, const Services& services) {
  Files files;
  if (releases) {
    DAGITOPS_TRY(AddReleases(composition, files));
  } else {
    DAGITOPS_ASSIGN(files["values.yaml"],
                    render::UserDeploymentsValues(composition.locations, composition.chart_values));
  }
  std::vector<WorkspaceEntry> entries;
  for (const auto& location : composition.locations) {
    if (IsReachable(*location, services)) entries.push_back(ServiceEntry(*location));
  }
  DAGITOPS_ASSIGN(files["workspace.yaml"], render::WorkspaceYaml(entries));
  return files;
}

Status WriteInto(const std::string& folder, const Files& files, const Services& services) {
  for (const auto& [name, text] : files) DAGITOPS_TRY(services.write_file(folder + "/" + name, text));
  return Ok();
}

// The files by name, or where they were written.
void PrintJson(const Files& files, const std::string& into, std::ostream& out) {
  json::object texts;
  json::array paths;
  for (const auto& [name, text] : files) {
    texts[name] = text;
    paths.emplace_back(into + "/" + name);
  }
  const json::value shown = into.empty() ? json::value(std::move(texts)) : json::value(std::move(paths));
  out << json::serialize(json::object{{"schemaVersion", 1}, {"files", shown}}) << "\n";
}

Status Deliver(const Files& files, const RenderOptions& options, const Services& services) {
  if (!options.into.empty()) DAGITOPS_TRY(WriteInto(options.into, files, services));
  if (options.common.json()) {
    PrintJson(files, options.into, services.out);
  } else if (options.into.empty()) {
    for (const auto& [name, text] : files) services.out << "# " << name << "\n" << text;
  }
  return Ok();
}

int RunRender(const RenderOptions& options, const Services& services) {
  const auto view = OpenView(options.common, options.revision, services);
  if (!view) return Fail(view.error(), services);
  const auto environment = ChooseEnvironment(options.common.environment, view->tree);
  if (!environment) return Fail(environment.error(), services);
  workspace::Composer composer;
  const Composition composition = composer.Compose(view->tree, *environment, {view->ChartVersion(*environment), {}});
  const bool faults = TellDiagnostics(composition, services);
  if (!composition.usable) return kInvalidInput;
  const auto files = Render(composition, options.releases, services);
  if (!files) return Fail(files.error(), services);
  if (const auto status = Deliver(*files, options, services); !status) return Fail(status.error(), services);
  return faults ? kInvalidInput : kDone;
}

}  // namespace

void AddRender(CLI::App& app, const Services& services, Chosen& chosen) {
  auto options = std::make_shared<RenderOptions>();
  CLI::App* command = app.add_subcommand("render", "Print the chart values and workspace.yaml of an environment");
  AddCommonOptions(*command, options->common);
  AddChartVersion(*command, options->common);
  command->add_option("--at", options->revision,
                      "commit, branch or tag, or HEAD~1 (default: the head, changes included)");
  command->add_flag("--releases", options->releases,
                    "the values of each location's own Helm release, as `release: per-location` has them");
  command->add_option("--into", options->into, "write the files into this folder instead");
  command->callback(
      [options, &services, &chosen] { chosen = [options, &services] { return RunRender(*options, services); }; });
}

}  // namespace dagitops::cli
