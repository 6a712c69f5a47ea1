#include <chrono>
#include <memory>
#include <optional>
#include <ostream>
#include <string>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "dagitops/base/clock.h"
#include "dagitops/base/text.h"
#include "dagitops/cli/run.h"
#include "dagitops/model/revision.h"

#include "cli/commands.h"
#include "cli/given_repository.h"
#include "cli/known_environment.h"
#include "cli/open_history.h"
#include "cli/options.h"

namespace dagitops::cli {
namespace {

namespace json = boost::json;

struct HistoryOptions {
  CommonOptions common;
  int limit = 20;
};

std::string TimeText(const HistoryEntry& entry) { return FormatTime(WallTime(std::chrono::seconds(entry.time))); }

std::string Text(const std::vector<HistoryEntry>& entries) {
  if (entries.empty()) return "nothing is in the history yet\n";
  std::string text;
  for (const HistoryEntry& entry : entries) {
    text += entry.commit.substr(0, 8) + "  " + TimeText(entry) + "  of " + ShortRevision(entry.source) + "  " +
            OnOneLine(entry.subject) + (entry.pushed ? "" : "  (on this machine alone)") + "\n";
  }
  return text;
}

std::string Json(const std::string& environment, const std::vector<HistoryEntry>& entries) {
  json::array records;
  for (const HistoryEntry& entry : entries) {
    records.push_back({{"commit", entry.commit},
                       {"time", TimeText(entry)},
                       {"source", entry.source},
                       {"key", entry.key},
                       {"subject", entry.subject},
                       {"pushed", entry.pushed}});
  }
  return json::serialize(
             json::object{{"schemaVersion", 1}, {"environment", environment}, {"records", std::move(records)}}) +
         "\n";
}

Result<std::string> Show(const HistoryOptions& options, const Services& services) {
  DAGITOPS_ASSIGN(const config::Settings settings, ResolveSettings(options.common, services));
  DAGITOPS_TRY(CheckGivenRepository(options.common, settings, services));
  DAGITOPS_ASSIGN(const std::string environment, EnvironmentHere(options.common, settings, services));
  DAGITOPS_ASSIGN(const auto history, OpenHistory(settings, environment, services));
  DAGITOPS_ASSIGN(const auto entries, history->List(static_cast<std::size_t>(options.limit)));
  return options.common.json() ? Json(environment, entries) : Text(entries);
}

}  // namespace

Result<std::unique_ptr<HistoryWriter>> OpenHistory(const config::Settings& settings, const std::string& environment,
                                                   const Services& services) {
  DAGITOPS_ASSIGN(auto history, services.open_history(settings, environment));
  if (services.lock_holder(settings.state_dir)) return history;
  if (const auto fetched = history->Fetch(settings.source.timeout); !fetched) {
    services.err << "dagitops: shown is what is known here: " << fetched.error().Text() << "\n";
  }
  return history;
}

void AddHistory(CLI::App& app, const Services& services, Chosen& chosen) {
  const auto options = std::make_shared<HistoryOptions>();
  CLI::App* command = app.add_subcommand("history", "List what was applied, the newest first");
  AddCommonOptions(*command, options->common);
  command->add_option("--limit", options->limit, "most records to show (default: 20)")->check(CLI::Range(1, 10000));
  command->callback([options, &services, &chosen] {
    chosen = [options, &services] {
      const auto text = Show(*options, services);
      if (!text) return Fail(text.error(), services);
      services.out << *text << std::flush;
      return static_cast<int>(kDone);
    };
  });
}

}  // namespace dagitops::cli
