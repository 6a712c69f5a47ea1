#include "cli/given_repository.h"

#include <filesystem>
#include <string>

#include "dagitops/model/service_name.h"

namespace dagitops::cli {
namespace {

bool IsThere(const std::string& url, const Services& services) {
  const bool local = url.starts_with('/');  // ResolveSettings made it absolute
  return !local || services.exists(url) || !services.place_of(url).root.empty();
}

// What the settings name themselves, before REPOSITORY is laid over it. What is wrong with them was told already.
std::string UrlOfSettings(const CommonOptions& options, const Services& services) {
  if (options.config_file.empty()) return "";
  const auto path = std::filesystem::path(services.current_dir) / options.config_file;
  const auto text = services.read_file(path.lexically_normal().string());
  return text ? config::ParseSettings(*text, options.config_file).settings.source.url : "";
}

// Moved away, or on a disk that is not mounted, it names a state that goes on without it.
bool NamesWhatRanHere(const CommonOptions& options, const config::Settings& settings, const Services& services) {
  const std::string url = UrlOfSettings(options, services);
  if (!url.empty()) return url == options.repository;
  if (services.known_environments(settings.state_dir).empty()) return false;
  const bool state_is_its_own = options.config_file.empty() && options.state_dir.empty();
  return state_is_its_own || !IsServiceName(options.repository);
}

}  // namespace

Status CheckGivenRepository(const CommonOptions& options, const config::Settings& settings, const Services& services) {
  if (options.repository.empty() || IsThere(settings.source.url, services)) return Ok();
  if (NamesWhatRanHere(options, settings, services)) return Ok();
  const bool named = !UrlOfSettings(options, services).empty();
  const std::string without = named ? "that of " + options.config_file : "the one of this folder";
  return Error{ErrorKind::kInvalid, "no-repository", options.repository, "there is no such folder",
               "give the path or URL of the workspace repository, or leave it out for " + without};
}

}  // namespace dagitops::cli
