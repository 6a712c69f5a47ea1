#include "import/write.h"

#include <filesystem>

#include "import/readable_yaml.h"

namespace dagitops::import {
namespace {

// A comment that names the place without the folders of the machine it was read on.
std::string Origin(const Position& place) {
  Position short_place = place;
  short_place.file = std::filesystem::path(place.file).filename().string();
  short_place.column = 0;
  std::string text = short_place.Text();
  for (char& c : text) c = c >= 0x20 && c < 0x7f ? c : '?';
  return "# Imported from " + text + "\n";
}

std::string FragmentText(const Fragment& fragment) {
  Value content = fragment.entry;
  if (!fragment.block.is_null()) content = content.With("dagitops", fragment.block);
  return Origin(fragment.place) + ReadableYaml(content);
}

std::string RepositoryText(const Repository& repository) {
  Value environment = Value::Map({});
  if (repository.single_release) environment = environment.With("release", Value::Scalar("single", false));
  const Value name = Value::Scalar(repository.environment, false);
  return ReadableYaml(Value::Map({{"schemaVersion", {}, Value::Integer(1)},
                                  {"defaultEnvironment", {}, name},
                                  {"environments", {}, Value::Map({{repository.environment, {}, environment}})}}));
}

}  // namespace

std::map<std::string, std::string> WriteFiles(const Repository& repository) {
  std::map<std::string, std::string> files;
  files["dagitops.yaml"] = RepositoryText(repository);
  for (const Fragment& fragment : repository.fragments) {
    files["locations/" + fragment.name + ".yaml"] = FragmentText(fragment);
  }
  if (!repository.chart_values.is_null()) {
    files["environments/" + repository.environment + "/user-deployments.yaml"] =
        Origin(repository.chart_place) + ReadableYaml(repository.chart_values);
  }
  return files;
}

}  // namespace dagitops::import
