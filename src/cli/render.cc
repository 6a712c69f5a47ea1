#include <map>
#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>

#include "dagitops/cli/run.h"
#include "dagitops/model/scalar.h"
#include "dagitops/render/chart_values.h"
#include "dagitops/render/workspace_yaml.h"
#include "dagitops/workspace/composer.h"

#include "cli/commands.h"
#include "cli/view.h"

namespace dagitops::cli {
namespace {

struct RenderOptions {
  CommonOptions common;
  std::string revision;
  std::string into;
};

using Files = std::map<std::string, std::string>;  // name -> text

// Where the chart's Services are: named as the location, at the entry's port.
WorkspaceEntry ServiceEntry(const CodeLocation& location) {
  const LocationSettings& settings = location.settings;
  if (settings.external) {
    const ExternalServer& server = *settings.external;
    return {settings.location_name, server.host, server.port, server.socket, server.ssl, settings.metadata};
  }
  const Value* port = location.entry.Find("port");
  const auto number = port == nullptr ? std::nullopt : PlainInteger(port->text());
  return {settings.location_name, location.name, number.value_or(0), "", false, settings.metadata};
}

Result<Files> Render(const Composition& composition) {
  Files files;
  DAGITOPS_ASSIGN(files["values.yaml"], render::UserDeploymentsValues(composition.locations, composition.chart_values));
  std::vector<WorkspaceEntry> entries;
  for (const auto& location : composition.locations) entries.push_back(ServiceEntry(*location));
  DAGITOPS_ASSIGN(files["workspace.yaml"], render::WorkspaceYaml(entries));
  return files;
}

Status Deliver(const Files& files, const RenderOptions& options, const Services& services) {
  for (const auto& [name, text] : files) {
    if (options.into.empty()) {
      services.out << "# " << name << "\n" << text;
    } else {
      DAGITOPS_TRY(services.write_file(options.into + "/" + name, text));
    }
  }
  return Ok();
}

int RunRender(const RenderOptions& options, const Services& services) {
  const auto view = OpenView(options.common, options.revision, services);
  if (!view) return Fail(view.error(), services);
  const auto environment = ChooseEnvironment(options.common.environment, view->tree);
  if (!environment) return Fail(environment.error(), services);
  workspace::Composer composer;
  const Composition composition = composer.Compose(view->tree, *environment);
  const bool faults = TellDiagnostics(composition, services);
  if (!composition.usable) return kInvalidInput;
  const auto files = Render(composition);
  if (!files) return Fail(files.error(), services);
  if (const auto status = Deliver(*files, options, services); !status) return Fail(status.error(), services);
  return faults ? kInvalidInput : kDone;
}

}  // namespace

void AddRender(CLI::App& app, const Services& services, Chosen& chosen) {
  auto options = std::make_shared<RenderOptions>();
  CLI::App* command = app.add_subcommand("render", "Print the chart values and workspace.yaml of an environment");
  AddCommonOptions(*command, options->common);
  command->add_option("--at", options->revision, "commit, branch or tag (default: the head, changes included)");
  command->add_option("--into", options->into, "write the files into this folder instead");
  command->callback(
      [options, &services, &chosen] { chosen = [options, &services] { return RunRender(*options, services); }; });
}

}  // namespace dagitops::cli
