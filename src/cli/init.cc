#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>

#include "dagitops/cli/run.h"

#include "cli/adopt.h"
#include "cli/commands.h"
#include "cli/init_files.h"
#include "cli/new_files.h"
#include "cli/options.h"

namespace dagitops::cli {
namespace {

int RunInit(const std::string& folder, const Services& services) {
  // A repository that a git host made has a README.md already.
  if (const auto status = WriteNewFiles({folder, InitFiles(), {"README.md"}}, services); !status) {
    return Fail(status.error(), services);
  }
  services.out << "\nNext:\n  cd " << folder << "\n  git init -b main && git add -A && git commit -m 'First location'\n"
               << "  dagitops lint .\n  dagitops serve .\n";
  return kDone;
}

}  // namespace

void AddInit(CLI::App& app, const Services& services, Chosen& chosen) {
  struct InitCommand {
    std::string folder = ".";
    bool adopt = false;
    CommonOptions common;
  };
  auto options = std::make_shared<InitCommand>();
  CLI::App* command = app.add_subcommand("init", "Make a workspace repository to start from");
  command->add_option("FOLDER", options->folder, "where (default: this folder); nothing in it is overwritten");
  CLI::Option* adopt = command->add_flag(
      "--adopt", options->adopt, "of the install of Dagster that runs in the cluster already; changes nothing there");
  command->add_option("--config", options->common.config_file, "with --adopt: settings that name the cluster")
      ->needs(adopt);
  command->add_option("--env", options->common.environment, "with --adopt: the environment that it becomes")
      ->needs(adopt);
  command->callback([options, &services, &chosen] {
    chosen = [options, &services] {
      if (options->adopt) return RunAdopt(options->folder, options->common, services);
      return RunInit(options->folder, services);
    };
  });
}

}  // namespace dagitops::cli
