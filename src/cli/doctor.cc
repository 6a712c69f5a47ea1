#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>

#include "dagitops/cli/run.h"
#include "dagitops/doctor/examine.h"
#include "dagitops/doctor/print.h"

#include "cli/commands.h"
#include "cli/known_environment.h"
#include "cli/options.h"

namespace dagitops::cli {
namespace {

// A repository that cannot be read is told as with settings; else nothing says which environment is meant.
doctor::Report NoEnvironment(const config::Settings& settings, const Error& error, const Services& services) {
  doctor::Report machine = services.examine(settings, "");
  return machine.Count(doctor::Level::kError) > 0 ? machine : doctor::SettingsUnreadable(error);
}

// What is wrong with settings that `serve` would not begin with is a finding like any other.
doctor::Report Examine(CommonOptions options, const Services& services) {
  auto settings = ResolveSettings(options, services);
  if (settings && settings->environments.empty()) {  // as for serve, dagitops.yaml says which there is
    const auto environment = EnvironmentHere(options, *settings, services);
    if (!environment) return NoEnvironment(*settings, environment.error(), services);
    options.environment = *environment;
    settings = ResolveSettings(options, services);
  }
  if (!settings) return doctor::SettingsUnreadable(settings.error());
  return services.examine(*settings, options.environment);
}

}  // namespace

void AddDoctor(CLI::App& app, const Services& services, Chosen& chosen) {
  auto options = std::make_shared<CommonOptions>();
  CLI::App* command =
      app.add_subcommand("doctor", "Look at all that serve needs, and tell what is wrong and the line to fix it");
  AddCommonOptions(*command, *options);
  command->get_option("--env")->description("only this environment (default: all of the settings)");
  command->footer(
      "It takes what serve takes, asks and changes nothing. Exit code 1 when there is an error; warnings alone are 0.");
  command->callback([options, &services, &chosen] {
    chosen = [options, &services]() -> int {
      const doctor::Report report = Examine(*options, services);
      services.out << (options->json() ? doctor::ToJson(report) : doctor::ToText(report, services.terminal));
      return report.Count(doctor::Level::kError) > 0 ? kFailed : kDone;
    };
  });
}

}  // namespace dagitops::cli
