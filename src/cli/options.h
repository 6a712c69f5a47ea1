#pragma once

#include <string>

#include "dagitops/base/result.h"
#include "dagitops/cli/services.h"
#include "dagitops/config/settings.h"

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11 is called so
class App;
}

namespace dagitops::cli {

// What most commands take. Empty means: not given.
struct CommonOptions {
  std::string repository;  // path or URL; where the settings name none either, this folder
  std::string config_file;
  std::string state_dir;
  std::string environment;
  std::string branch;
  std::string chart_version;    // of commands with AddChartVersion; goes before the settings'
  std::string output = "text";  // or "json"

  bool json() const { return output == "json"; }
};

// Adds REPOSITORY and the options above, without the chart's version, to a command.
void AddCommonOptions(CLI::App& command, CommonOptions& options);

// The same without REPOSITORY, for commands that sort their words themselves.
void AddSettingsOptions(CLI::App& command, CommonOptions& options);

// Adds --chart-version, for commands that judge a repository without a daemon.
void AddChartVersion(CLI::App& command, CommonOptions& options);

// The settings a command works with: those of --config, else defaults for one person on this machine, with the options
// laid over them. Everything that may be "chosen by the caller" is chosen; a folder inside a repository is found from
// its root. kInvalid when the file has faults; they are printed to services.err.
Result<config::Settings> ResolveSettings(const CommonOptions& options, const Services& services);

// Of what dagitops.yaml has: the one asked for, the default one, or the only one. kInvalid names the choices, or the
// faults of the file.
Result<std::string> ChooseEnvironment(const std::string& asked, const SourceTree& tree);

// The error of a repository without a commit on `branch`.
Error NoCommit(const std::string& branch);

// Prints "dagitops: <error>" and gives the exit code that fits.
int Fail(const Error& error, const Services& services);

}  // namespace dagitops::cli
