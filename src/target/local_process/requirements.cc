#include "target/local_process/requirements.h"

#include <algorithm>
#include <array>
#include <vector>

#include "dagitops/base/digest.h"
#include "dagitops/base/text.h"

namespace dagitops::local_process {
namespace {

bool NamesFile(std::string_view line) {
  static constexpr std::array<std::string_view, 6> kFlags{"-r", "--requirement", "-c", "--constraint",
                                                          "-e", "--editable"};
  if (std::any_of(kFlags.begin(), kFlags.end(), [&](std::string_view flag) { return line.starts_with(flag); }))
    return true;
  if (line.find("://") != std::string_view::npos) return line.find("file:") != std::string_view::npos;
  const std::string_view first = line.substr(0, line.find_first_of(" \t;#["));
  return first.starts_with('.') || first.find('/') != std::string_view::npos || first.ends_with(".whl");
}

}  // namespace

bool RefersToFiles(std::string_view requirements) {
  const std::vector<std::string> lines = Split(requirements, '\n');
  return std::any_of(lines.begin(), lines.end(), [](const std::string& raw) {
    const std::string_view line = Trim(raw);
    return !line.empty() && !line.starts_with('#') && NamesFile(line);
  });
}

std::string VenvKey(const VenvIngredients& ingredients) {
  std::string text = ingredients.python_version + '\0' + ingredients.requirements;
  if (RefersToFiles(ingredients.requirements)) text += '\0' + ingredients.tree_id + '\0' + ingredients.path;
  return ShortDigest(text, 16);
}

}  // namespace dagitops::local_process
