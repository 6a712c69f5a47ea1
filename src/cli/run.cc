#include "dagitops/cli/run.h"

#include <exception>
#include <ostream>

#include <CLI/CLI.hpp>

#include "cli/commands.h"

namespace dagitops::cli {
namespace {

// DAGITOPS_VERSION is three numbers without quotes, which every tool passes on as they are.
#define DAGITOPS_TEXT_OF(tokens) #tokens
#define DAGITOPS_TEXT(macro) DAGITOPS_TEXT_OF(macro)

constexpr char kAbout[] =
    "dagitops keeps a Dagster deployment's code locations as a git repository says.\n"
    "\n"
    "A first time:  dagitops init my-workspace && cd my-workspace && git init && git add . && git commit -m first\n"
    "               dagitops lint .      what is wrong in it\n"
    "               dagitops serve .     keep Dagster in line with it, until Ctrl-C";

}  // namespace

int Run(const std::vector<std::string>& arguments, const Services& services) {
  CLI::App app(kAbout, "dagitops");
  app.require_subcommand(1);
  app.set_version_flag("--version", "dagitops " DAGITOPS_TEXT(DAGITOPS_VERSION));
  Chosen chosen;
  for (const auto add :
       {AddInit, AddLint, AddRender, AddPlan, AddServe, AddStatus, AddRequests, AddImport, AddCompletion}) {
    add(app, services, chosen);
  }
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());  // the order that CLI11 takes them in
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::ParseError& error) {
    return app.exit(error, services.out, services.err) == 0 ? kDone : kUsage;
  }
  return chosen();
}

}  // namespace dagitops::cli
