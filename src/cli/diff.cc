#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "dagitops/cli/run.h"

#include "cli/commands.h"
#include "cli/diff_sides.h"
#include "cli/diff_text.h"
#include "cli/options.h"

namespace dagitops::cli {
namespace {

struct DiffOptions {
  CommonOptions common;
  std::vector<std::string> words;  // [REPOSITORY] A B
};

int RunDiff(DiffOptions options, const Services& services) {
  if (options.words.size() == 3) {
    options.common.repository = options.words.front();
    options.words.erase(options.words.begin());
  }
  Sides sides(options.common, services);
  const auto a = sides.Read(options.words.front());
  if (!a) return Fail(a.error(), services);
  const auto b = sides.Read(options.words.back());
  if (!b) return Fail(b.error(), services);
  services.out << (options.common.json() ? DiffJson(*a, *b) : DiffText(*a, *b)) << std::flush;
  return kDone;
}

}  // namespace

void AddDiff(CLI::App& app, const Services& services, Chosen& chosen) {
  const auto options = std::make_shared<DiffOptions>();
  CLI::App* command = app.add_subcommand("diff", "Show what differs between two commits, field by field");
  command
      ->add_option("COMMITS", options->words,
                   "two commits of the repository or of its history; the repository may stand before them")
      ->expected(2, 3)
      ->required();
  AddSettingsOptions(*command, options->common);
  AddChartVersion(*command, options->common);
  command->callback(
      [options, &services, &chosen] { chosen = [options, &services] { return RunDiff(*options, services); }; });
}

}  // namespace dagitops::cli
