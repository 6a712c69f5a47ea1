#include "cli/location_words.h"

#include <algorithm>
#include <filesystem>

#include "dagitops/base/text.h"
#include "dagitops/model/service_name.h"

#include "cli/known_environment.h"

namespace dagitops::cli {
namespace {

// A path such as `.` or `../work` and a URL are no names of locations.
bool CanBeLocation(const std::string& word, const Services& services) {
  const std::string folder = (std::filesystem::path(services.current_dir) / word).string();
  return IsServiceName(word) && !services.exists(folder);
}

std::vector<std::string> WaitingHere(const CommonOptions& options, const Services& services) {
  const auto settings = ResolveSettings(options, services);
  if (!settings) return {};
  const auto environment = EnvironmentHere(options, *settings, services);
  const auto store = services.open_store(settings->state_dir);
  if (!environment || !store) return {};
  const auto status = (*store)->LoadStatus(*environment);
  return status && *status ? (*status)->waiting_removals : std::vector<std::string>{};
}

}  // namespace

Status SortWords(CommonOptions& options, std::vector<std::string>& locations, const Services& services) {
  const std::string word = options.repository;
  if (!CanBeLocation(word, services)) return Ok();
  CommonOptions here = options;
  here.repository.clear();
  const auto waiting = options.config_file.empty() ? WaitingHere(here, services) : std::vector<std::string>{word};
  if (std::find(waiting.begin(), waiting.end(), word) == waiting.end()) {
    return Error{ErrorKind::kInvalid, "no-repository", word,
                 "there is no such folder, and no removal of that name waits here",
                 "usage: dagitops approve [REPOSITORY] [LOCATION...], such as `dagitops approve . " + word + "`" +
                     (waiting.empty() ? "" : "; these wait: " + Join(waiting, ", "))};
  }
  options = here;
  locations.insert(locations.begin(), word);
  return Ok();
}

}  // namespace dagitops::cli
