#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>

#include "dagitops/cli/run.h"

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
  auto folder = std::make_shared<std::string>(".");
  CLI::App* command = app.add_subcommand("init", "Make a workspace repository to start from");
  command->add_option("FOLDER", *folder, "where (default: this folder); nothing in it is overwritten");
  command->callback(
      [folder, &services, &chosen] { chosen = [folder, &services] { return RunInit(*folder, services); }; });
}

}  // namespace dagitops::cli
