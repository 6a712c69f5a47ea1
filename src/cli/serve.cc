#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>

#include "dagitops/base/duration.h"
#include "dagitops/base/text.h"
#include "dagitops/cli/run.h"

#include "cli/commands.h"
#include "cli/known_environment.h"
#include "cli/options.h"

namespace dagitops::cli {
namespace {

struct ServeOptions {
  CommonOptions common;
  std::string interval;
  std::string python;
  int port = 0;
  bool no_webserver = false;
  bool no_daemon = false;
};

// CLI11's way: "" when it is right, else what is wrong with it.
std::string CheckInterval(const std::string& text) {
  const auto interval = ParseDuration(text);
  if (interval && *interval >= config::kShortestInterval && *interval <= config::kLongestInterval) return "";
  return Quoted(text) + " is no time between fetches; write one from 1s to 24h, like 1s, 60s or 10m";
}

void LayOver(const ServeOptions& options, config::Settings& settings) {
  if (!options.interval.empty()) settings.source.interval = *ParseDuration(options.interval);
  if (options.common.json()) settings.log_format = LogFormat::kJson;
  for (auto& [name, environment] : settings.environments) {
    if (!options.python.empty()) environment.local_process.python = options.python;
    if (options.port != 0) environment.dagster.webserver.port = options.port;
    if (options.no_webserver) environment.dagster.webserver.start = false;
    if (options.no_daemon) environment.dagster.start_daemon = false;
  }
}

// What the repository says. While it cannot be read, what ran here goes on: the daemon starts from its mirror.
Result<std::string> EnvironmentToServe(const CommonOptions& options, const config::Settings& settings,
                                       const Services& services) {
  if (!options.environment.empty()) return options.environment;
  auto chosen = EnvironmentOfRepository(options, services);
  const auto known = services.known_environments(settings.state_dir);
  if (chosen || known.size() != 1) return chosen;
  services.err << "dagitops: " << chosen.error().Text() << "\ndagitops: what ran here goes on: environment "
               << known.front() << "\n";
  return known.front();
}

// Known from the start, so nothing is started. What ran here before goes on from the mirror, whatever became of the
// repository.
Status CheckRepository(const config::Settings& settings, const Services& services) {
  const std::string& folder = settings.source.url;
  if (!folder.starts_with('/') || !services.place_of(folder).root.empty()) return Ok();
  if (!services.known_environments(settings.state_dir).empty()) return Ok();
  if (!services.exists(folder)) {
    return Error{ErrorKind::kInvalid, "git-no-workspace", folder, "there is no such folder",
                 "give the path or URL of a git repository, or make one with `dagitops init`"};
  }
  return Error{ErrorKind::kInvalid, "git-not-found", folder, "it is no git repository, and serve takes commits only",
               "in that folder: git init -b main && git add -A && git commit -m first"};
}

// Without settings there is one environment, and dagitops.yaml says which.
Result<config::Settings> SettingsFor(ServeOptions options, const Services& services) {
  DAGITOPS_ASSIGN(config::Settings settings, ResolveSettings(options.common, services));
  DAGITOPS_TRY(CheckRepository(settings, services));
  if (settings.environments.empty()) {
    DAGITOPS_ASSIGN(options.common.environment, EnvironmentToServe(options.common, settings, services));
    DAGITOPS_ASSIGN(settings, ResolveSettings(options.common, services));
  }
  LayOver(options, settings);
  return settings;
}

}  // namespace

void AddServe(CLI::App& app, const Services& services, Chosen& chosen) {
  auto options = std::make_shared<ServeOptions>();
  CLI::App* command = app.add_subcommand("serve", "Keep Dagster in line with the repository, until told to end");
  AddCommonOptions(*command, options->common);
  command->get_option("--output")->description("form of the log lines: text or json (default: log.format)");
  command->add_option("--interval", options->interval, "time between fetches, 1s to 24h (default: 60s)")
      ->check(CheckInterval);
  command->add_option("--python", options->python, "interpreter that has dagster (default: python3)");
  command->add_option("--port", options->port, "port of the webserver (default: 3000)")->check(CLI::Range(1, 65535));
  command->add_flag("--no-webserver", options->no_webserver, "do not start dagster-webserver");
  command->add_flag("--no-daemon", options->no_daemon, "do not start dagster-daemon");
  command->callback([options, &services, &chosen] {
    chosen = [options, &services] {
      const auto settings = SettingsFor(*options, services);
      if (!settings) return Fail(settings.error(), services);
      return services.serve(*settings, options->common.environment);
    };
  });
}

}  // namespace dagitops::cli
