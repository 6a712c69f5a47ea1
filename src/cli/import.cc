#include "dagitops/import/import.h"

#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>

#include "dagitops/cli/run.h"

#include "cli/commands.h"
#include "cli/imported.h"
#include "cli/options.h"

namespace dagitops::cli {
namespace {

struct ImportCommand {
  std::vector<std::string> files;
  std::string into;
  std::string environment = "production";
};

int RunImport(const ImportCommand& command, const Services& services) {
  std::vector<import::ImportFile> files;
  for (const std::string& path : command.files) {
    const auto text = services.read_file(path);
    if (!text) return Fail(text.error(), services);
    files.push_back({path, *text});
  }
  import::ImportOptions options;
  options.environment = command.environment;
  options.variables = services.environment;
  const auto written = WriteImported(files, options, command.into, services);
  if (written) return kDone;
  return written.error().code == kImportRefused ? kInvalidInput : Fail(written.error(), services);
}

}  // namespace

void AddImport(CLI::App& app, const Services& services, Chosen& chosen) {
  auto options = std::make_shared<ImportCommand>();
  CLI::App* command =
      app.add_subcommand("import", "Make a workspace repository of values files and workspace.yaml that exist");
  command->add_option("FILE", options->files, "values.yaml of either chart, or workspace.yaml; several belong together")
      ->required();
  command->add_option("--into", options->into, "folder to write to; nothing in it is overwritten")->required();
  command->add_option("--env", options->environment, "environment that the files describe (default: production)");
  command->callback(
      [options, &services, &chosen] { chosen = [options, &services] { return RunImport(*options, services); }; });
}

}  // namespace dagitops::cli
