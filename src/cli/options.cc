#include "cli/options.h"

#include <algorithm>
#include <filesystem>
#include <ostream>

#include <CLI/CLI.hpp>

#include "dagitops/base/digest.h"
#include "dagitops/base/text.h"
#include "dagitops/cli/run.h"
#include "dagitops/schema/schemas.h"
#include "dagitops/workspace/repository.h"

namespace dagitops::cli {
namespace {

namespace fs = std::filesystem;

std::string Variable(const Services& services, const std::string& name) {
  const auto found = services.environment.find(name);
  return found == services.environment.end() ? "" : found->second;
}

bool LooksLikeUrl(const std::string& text) {
  if (text.find("://") != std::string::npos) return true;
  const std::size_t colon = text.find(':');
  return colon != std::string::npos && text.find('@') < colon && text.find('/') > colon;  // user@host:path
}

std::string Absolute(const std::string& path, const Services& services) {
  const std::string absolute = (fs::path(services.current_dir) / path).lexically_normal().string();
  return absolute.size() > 1 && absolute.ends_with('/') ? absolute.substr(0, absolute.size() - 1) : absolute;
}

// The last part of a path or URL, as it may stand in a file name.
std::string Slug(const std::string& url) {
  std::string name = fs::path(url).filename().string();
  if (name.empty()) name = fs::path(url).parent_path().filename().string();
  if (name.ends_with(".git")) name.resize(name.size() - 4);
  std::erase_if(name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-' && c != '_'; });
  return name.empty() ? "workspace" : name;
}

// One folder for each repository, so that a second one on the same machine is a second deployment.
std::string DefaultStateDir(const std::string& url, const Services& services) {
  const std::string xdg = Variable(services, "XDG_STATE_HOME");
  const fs::path base = xdg.empty() ? fs::path(Variable(services, "HOME")) / ".local" / "state" : fs::path(xdg);
  return (base / "dagitops" / (Slug(url) + "-" + ShortDigest(url))).string();
}

// Sockets need a short path (108 bytes with the name): the user's runtime folder, else one below /tmp.
std::string DefaultRuntimeDir(const std::string& state_dir, const Services& services) {
  const std::string xdg = Variable(services, "XDG_RUNTIME_DIR");
  return (xdg.empty() ? "/tmp/dagitops-" : xdg + "/dagitops-") + ShortDigest(state_dir);
}

// `serve sub/folder` is the repository above, and the folder in it: git reads whole repositories only.
void FindRoot(config::SourceSettings& source, const Services& services) {
  const RepositoryPlace place = services.place_of(source.url);
  if (place.root.empty() || place.root == source.url) return;
  source.url = place.root;
  const std::string folder = (fs::path(place.folder) / source.path).lexically_normal().string();
  source.path = folder.size() > 1 && folder.ends_with('/') ? folder.substr(0, folder.size() - 1) : folder;
}

// A folder of its own for each workspace, also where one repository holds several.
std::string WorkspaceUrl(const config::SourceSettings& source, bool found) {
  if (!found || source.path == ".") return source.url;
  return (fs::path(source.url) / source.path).string();
}

void ChooseDefaults(config::Settings& settings, const Services& services) {
  for (auto& [name, environment] : settings.environments) {
    auto& runtime_dir = environment.local_process.runtime_dir;
    if (runtime_dir.empty()) runtime_dir = DefaultRuntimeDir(settings.state_dir + "/" + name, services);
    if (environment.dagster.home.empty()) environment.dagster.home = Variable(services, "DAGSTER_HOME");
    if (environment.dagster.home.empty()) environment.dagster.home = settings.state_dir + "/dagster-home-" + name;
  }
}

Result<config::Settings> ReadSettings(const std::string& file, const Services& services) {
  DAGITOPS_ASSIGN(const std::string text, services.read_file(Absolute(file, services)));
  config::ParsedSettings parsed = config::ParseSettings(text, file);
  for (const Diagnostic& diagnostic : parsed.diagnostics) services.err << diagnostic.Text() << "\n";
  if (!HasFault(parsed.diagnostics)) return parsed.settings;
  return Error{ErrorKind::kInvalid, "settings-invalid", file, "the settings have faults",
               "each is told above; docs/settings.md lists every key"};
}

// The first fault is the one to correct; the others often follow from it.
Error Unreadable(const workspace::Repository& repository) {
  const auto fault = std::find_if(repository.diagnostics.begin(), repository.diagnostics.end(),
                                  [](const Diagnostic& diagnostic) { return diagnostic.severity == Severity::kFault; });
  return {ErrorKind::kInvalid, fault->code, "workspace repository", fault->Text(), "`dagitops lint` tells all faults"};
}

}  // namespace

void AddCommonOptions(CLI::App& command, CommonOptions& options) {
  command.add_option("REPOSITORY", options.repository,
                     "path or URL of the workspace repository (default: this folder)");
  AddSettingsOptions(command, options);
}

void AddSettingsOptions(CLI::App& command, CommonOptions& options) {
  command.add_option("--config", options.config_file, "settings file of the daemon (docs/settings.md)");
  command.add_option("--state-dir", options.state_dir, "folder of the daemon's state");
  command.add_option("--env,--environment", options.environment,
                     "environment; needed if there are several and no default");
  command.add_option("--branch", options.branch, "branch to follow (default: main)");
  command.add_option("-o,--output", options.output, "text or json")->check(CLI::IsMember({"text", "json"}));
}

void AddChartVersion(CLI::App& command, CommonOptions& options) {
  command
      .add_option("--chart-version", options.chart_version,
                  "chart that entries are judged by: 1.10 or 1.12 (default: that of the settings, else 1.12)")
      ->check(CLI::IsMember(schema::ChartVersions()));
}

Result<config::Settings> ResolveSettings(const CommonOptions& options, const Services& services) {
  config::Settings settings;
  if (!options.config_file.empty()) {
    DAGITOPS_ASSIGN(settings, ReadSettings(options.config_file, services));
  }
  if (!options.repository.empty()) settings.source.url = options.repository;
  if (settings.source.url.empty()) settings.source.url = ".";
  const bool local = !LooksLikeUrl(settings.source.url);
  if (local) settings.source.url = Absolute(settings.source.url, services);
  const std::string asked = settings.source.url;
  if (local) FindRoot(settings.source, services);
  if (!options.branch.empty()) settings.source.branch = options.branch;
  if (!options.state_dir.empty()) settings.state_dir = Absolute(options.state_dir, services);
  if (!options.environment.empty()) settings.environments[options.environment];
  if (settings.state_dir.empty()) {
    settings.state_dir = DefaultStateDir(WorkspaceUrl(settings.source, asked != settings.source.url), services);
  }
  ChooseDefaults(settings, services);
  return settings;
}

Result<std::string> ChooseEnvironment(const std::string& asked, const SourceTree& tree) {
  const workspace::Repository repository = workspace::ReadRepository(tree);
  std::vector<std::string> names;
  for (const auto& [name, environment] : repository.environments) names.push_back(name);
  if (names.empty() && HasFault(repository.diagnostics)) return Unreadable(repository);
  if (names.empty()) {
    return Error{ErrorKind::kInvalid, "no-environment", "dagitops.yaml", "it names no environment",
                 "add `environments: {production: {}}`, or start with `dagitops init`"};
  }
  if (!asked.empty()) {
    if (repository.environments.contains(asked)) return asked;
    return Error{ErrorKind::kInvalid, "unknown-environment", asked, "dagitops.yaml has no such environment",
                 "it has " + Join(names, ", ")};
  }
  if (!repository.default_environment.empty()) return repository.default_environment;
  if (names.size() == 1) return names.front();
  return Error{ErrorKind::kInvalid, "which-environment", "dagitops.yaml", "it has several environments and no default",
               "choose one with --env: " + Join(names, ", ")};
}

Error NoCommit(const std::string& branch) {
  return {ErrorKind::kStalled, "branch-missing", "workspace repository", "it has no commit on branch " + branch,
          "commit something, or name another branch with --branch"};
}

int Fail(const Error& error, const Services& services) {
  services.err << "dagitops: " << error.Text() << "\n";
  return error.kind == ErrorKind::kInvalid ? kInvalidInput : kFailed;
}

}  // namespace dagitops::cli
