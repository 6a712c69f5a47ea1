#include "dagitops/model/decision.h"

namespace dagitops {

std::string VersionKey(const Version& version) { return version.location.digest + "/" + version.tree_id; }

}  // namespace dagitops
