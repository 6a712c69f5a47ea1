#include "cli/known_environment.h"

#include "dagitops/base/text.h"

#include "cli/view.h"

namespace dagitops::cli {

Result<std::string> EnvironmentOfRepository(const CommonOptions& options, const Services& services) {
  DAGITOPS_ASSIGN(const View view, OpenView(options, "", services));
  return ChooseEnvironment("", view.tree);
}

Result<std::string> EnvironmentHere(const CommonOptions& options, const config::Settings& settings,
                                    const Services& services) {
  if (!options.environment.empty()) return options.environment;
  if (settings.environments.size() == 1) return settings.environments.begin()->first;
  const auto known = services.known_environments(settings.state_dir);
  if (known.size() == 1) return known.front();
  auto chosen = EnvironmentOfRepository(options, services);
  if (chosen || known.empty()) return chosen;
  Error error = chosen.error();
  error.hint = "choose what is known here with --env: " + Join(known, ", ");
  return error;
}

}  // namespace dagitops::cli
