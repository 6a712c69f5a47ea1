#include "dagitops/model/decision.h"

namespace dagitops {

std::string VersionKey(const CodeLocation& location, const std::string& tree_id) {
  return location.digest + "/" + tree_id;
}

std::string VersionKey(const Version& version) { return VersionKey(version.location, version.tree_id); }

}  // namespace dagitops
