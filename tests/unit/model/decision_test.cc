#include "dagitops/model/decision.h"

#include <gtest/gtest.h>

namespace dagitops {
namespace {

TEST(VersionKey, ChangesWithTheCompositionAndWithTheCodeOnly) {
  Version version;
  version.location.digest = "d1";
  version.tree_id = "t1";
  const std::string key = VersionKey(version);
  Version later = version;
  later.revision.id = "r2";
  later.changed_in.id = "r2";
  EXPECT_EQ(VersionKey(later), key) << "a commit that changes neither is the same version";
  Version composed = version;
  composed.location.digest = "d2";
  EXPECT_NE(VersionKey(composed), key);
  Version coded = version;
  coded.tree_id = "t2";
  EXPECT_NE(VersionKey(coded), key);
}

}  // namespace
}  // namespace dagitops
