#include <memory>
#include <ostream>
#include <string>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "dagitops/cli/run.h"
#include "dagitops/store/status_json.h"

#include "cli/commands.h"
#include "cli/given_repository.h"
#include "cli/known_environment.h"
#include "cli/options.h"
#include "cli/status_text.h"

namespace dagitops::cli {
namespace {

namespace json = boost::json;

constexpr Duration kWatchPause = std::chrono::seconds(1);

struct StatusOptions {
  CommonOptions common;
  bool watch = false;
};

// What the last pass wrote says nothing of whether there will be another one: the lock's holder tells.
std::string JsonWithHolder(const EnvironmentStatus& status, const std::optional<LockHolder>& holder) {
  json::object document = json::parse(StatusToJson(status)).as_object();
  document["serving"] = nullptr;
  if (holder) {
    document["serving"] = {{"pid", holder->pid}, {"since", holder->since}, {"command", holder->command}};
  }
  return json::serialize(document) + "\n";
}

Result<std::string> Show(const StatusOptions& options, const Services& services) {
  DAGITOPS_ASSIGN(const config::Settings settings, ResolveSettings(options.common, services));
  DAGITOPS_TRY(CheckGivenRepository(options.common, settings, services));
  DAGITOPS_ASSIGN(const std::string environment, EnvironmentHere(options.common, settings, services));
  DAGITOPS_ASSIGN(const auto store, services.open_store(settings.state_dir));
  DAGITOPS_ASSIGN(const auto status, store->LoadStatus(environment));
  if (!status) {
    return Error{ErrorKind::kStalled, "no-status", settings.state_dir,
                 "nothing is known about environment " + environment + " here",
                 "start `dagitops serve`, or name its folder with --state-dir"};
  }
  const auto holder = services.lock_holder(settings.state_dir);
  if (options.common.json()) return JsonWithHolder(*status, holder);
  std::string text = StatusText(*status, services.terminal);
  if (!holder) text += "note: no `dagitops serve` is running for this\n";
  return text;
}

int ShowOnce(const StatusOptions& options, const Services& services) {
  const auto text = Show(options, services);
  if (!text) return Fail(text.error(), services);
  services.out << *text << std::flush;
  return kDone;
}

// Prints again whenever something changed, until it is interrupted.
int Watch(const StatusOptions& options, const Services& services) {
  std::string last;
  for (;;) {
    const auto text = Show(options, services);
    if (!text) return Fail(text.error(), services);
    if (*text != last) services.out << (services.terminal ? "\x1b[2J\x1b[H" : "") << *text << std::flush;
    last = *text;
    if (!services.out) return kDone;  // nobody reads any more
    services.sleep(kWatchPause);
  }
}

}  // namespace

void AddStatus(CLI::App& app, const Services& services, Chosen& chosen) {
  auto options = std::make_shared<StatusOptions>();
  CLI::App* command =
      app.add_subcommand("status", "Show what runs, at which commit, by whom, and what is held and why");
  AddCommonOptions(*command, options->common);
  command->add_flag("--watch", options->watch, "go on, and print whenever something changed");
  command->callback([options, &services, &chosen] {
    chosen = [options, &services] { return options->watch ? Watch(*options, services) : ShowOnce(*options, services); };
  });
}

}  // namespace dagitops::cli
