#include "cli/adopt.h"

#include <filesystem>
#include <ostream>
#include <set>
#include <utility>
#include <vector>

#include "dagitops/cli/run.h"
#include "dagitops/import/adoption.h"

#include "cli/imported.h"

namespace dagitops::cli {
namespace {

Result<std::string> EnvironmentToAdopt(const CommonOptions& options, const config::Settings& settings) {
  std::string name = options.environment;
  if (name.empty() && settings.environments.size() == 1) name = settings.environments.begin()->first;
  const auto found = settings.environments.find(name);
  if (found != settings.environments.end() && found->second.target == "kubernetes") return name;
  return Error{ErrorKind::kInvalid, "adopt-environment", name.empty() ? "settings" : "environment " + name,
               "--adopt needs settings with one environment of the target kubernetes",
               "name their file with --config, and the environment with --env where there are several"};
}

// Those of its servers that git has a file for now.
std::set<std::string> ServersIn(const ExistingInstall& install, const std::vector<std::string>& paths) {
  std::set<std::string> names;
  for (const std::string& path : paths) {
    if (path.starts_with("locations/")) names.insert(std::filesystem::path(path).stem().string());
  }
  std::set<std::string> servers;
  for (const ExistingInstall::Release& release : install.releases) {
    for (const std::string& server : release.servers) {
      if (names.contains(server)) servers.insert(server);
    }
  }
  return servers;
}

Result<int> Adopt(const std::string& folder, CommonOptions options, const Services& services) {
  options.repository = folder;
  DAGITOPS_ASSIGN(const config::Settings settings, ResolveSettings(options, services));
  DAGITOPS_ASSIGN(const std::string environment, EnvironmentToAdopt(options, settings));
  DAGITOPS_ASSIGN(const ExistingInstall install, services.read_install(settings, environment));
  import::ImportOptions importing;
  importing.environment = environment;
  importing.variables = services.environment;
  importing.per_location = true;
  const auto paths = WriteImported(import::FilesOf(install), importing, folder, services);
  if (!paths) return paths.error().code == kImportRefused ? Result<int>(kInvalidInput) : paths.error();
  services.out << "\nWhat serve will do, nothing of which was done yet:\n"
               << import::AdoptionPlan(install, ServersIn(install, *paths)) << "\nIts settings want:\n"
               << import::AdoptionSettings(install, environment) << "\nNext:\n"
               << "  stop whatever writes the values or runs helm for these releases (a pipeline, Flux, Argo CD)\n"
               << "  push " << folder << " to the branch that the settings name as source, then run dagitops serve\n";
  return kDone;
}

}  // namespace

int RunAdopt(const std::string& folder, const CommonOptions& options, const Services& services) {
  const auto code = Adopt(folder, options, services);
  return code ? *code : Fail(code.error(), services);
}

}  // namespace dagitops::cli
