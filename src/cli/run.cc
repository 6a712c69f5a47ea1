#include "dagitops/cli/run.h"

#include <algorithm>
#include <exception>
#include <optional>
#include <ostream>

#include <CLI/CLI.hpp>

#include "dagitops/base/text.h"

#include "cli/commands.h"
#include "cli/exit_codes.h"

namespace dagitops::cli {
namespace {

// DAGITOPS_VERSION is three numbers without quotes, which every tool passes on as they are.
#define DAGITOPS_TEXT_OF(tokens) #tokens
#define DAGITOPS_TEXT(macro) DAGITOPS_TEXT_OF(macro)

constexpr char kAbout[] =
    "dagitops keeps a Dagster deployment's code locations as a git repository says.\n"
    "\n"
    "A first time:  dagitops init my-workspace && cd my-workspace\n"
    "               git init -b main && git add -A && git commit -m first\n"
    "               dagitops lint .      what is wrong in it\n"
    "               dagitops serve .     keep Dagster in line with it, until Ctrl-C";

// A first word that is no command, told by its name: CLI11 would only say that a command is missing.
std::optional<std::string> UnknownCommand(const CLI::App& app, const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.front().starts_with('-')) return std::nullopt;
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  if (std::find(names.begin(), names.end(), arguments.front()) != names.end()) return std::nullopt;
  const auto near = DidYouMean(arguments.front(), names);
  return "there is no command " + Quoted(Shorten(arguments.front(), 80)) + " (" +
         (near ? "did you mean " + *near + "?" : "it has " + Join(names, ", ")) + ")";
}

}  // namespace

std::string ProgramVersion() { return DAGITOPS_TEXT(DAGITOPS_VERSION); }

int Run(const std::vector<std::string>& arguments, const Services& services) {
  CLI::App app(kAbout, "dagitops");
  app.require_subcommand(1);
  app.set_version_flag("--version", "dagitops " + ProgramVersion());
  Chosen chosen;
  for (const auto add : {AddInit, AddLint, AddRender, AddPlan, AddServe, AddStatus, AddDoctor, AddRequests, AddHistory,
                         AddDiff, AddImport, AddCompletion}) {
    add(app, services, chosen);
  }
  for (CLI::App* help : {&app, app.get_subcommand("apply"), app.get_subcommand("plan")}) help->footer(ExitCodesHelp());
  if (const auto unknown = UnknownCommand(app, arguments)) {
    services.err << "dagitops: " << *unknown << "\n";
    return kUsage;
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
