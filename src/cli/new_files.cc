#include "cli/new_files.h"

#include <ostream>
#include <vector>

#include "dagitops/base/text.h"

namespace dagitops::cli {
namespace {

enum class Standing { kAbsent, kSame, kOther };

Standing StandingOf(const std::string& path, const std::string& text, const Services& services) {
  if (!services.exists(path)) return Standing::kAbsent;
  const auto there = services.read_file(path);
  return there && *there == text ? Standing::kSame : Standing::kOther;
}

Error Collision(const std::string& folder, std::vector<std::string> paths) {
  constexpr std::size_t kShown = 20;
  const std::size_t count = paths.size();
  if (count > kShown) paths.resize(kShown);
  return {ErrorKind::kInvalid, "file-exists", folder,
          "holds already: " + Join(paths, ", ") +
              (count > kShown ? " and " + std::to_string(count - kShown) + " more" : ""),
          "nothing was written; name a folder that does not exist yet, or move these files away"};
}

}  // namespace

Status WriteNewFiles(const NewFiles& wanted, const Services& services) {
  std::vector<std::string> absent;
  std::vector<std::string> collisions;
  for (const auto& [path, text] : wanted.files) {
    const Standing standing = StandingOf(wanted.folder + "/" + path, text, services);
    if (standing == Standing::kAbsent) absent.push_back(path);
    if (standing == Standing::kOther && !wanted.kept.contains(path)) collisions.push_back(path);
  }
  if (!collisions.empty()) return Collision(wanted.folder, std::move(collisions));
  for (const std::string& path : absent) {
    DAGITOPS_TRY(services.write_file(wanted.folder + "/" + path, wanted.files.at(path)));
    services.out << wanted.folder << "/" << path << "\n";
  }
  return Ok();
}

}  // namespace dagitops::cli
