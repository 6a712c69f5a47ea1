#include "dagitops/base/version.h"

#include <gtest/gtest.h>

#include <string>

#include "support/case_name.h"

namespace dagitops {
namespace {

struct VersionCase {
  std::string name;
  std::string version;
  bool enough;
};

class Versions : public testing::TestWithParam<VersionCase> {};

TEST_P(Versions, AreComparedByNumbers) { EXPECT_EQ(AtLeast(GetParam().version, "1.10.0"), GetParam().enough); }

INSTANTIATE_TEST_SUITE_P(Texts, Versions,
                         testing::Values(VersionCase{"Same", "1.10.0", true}, VersionCase{"Newer", "1.13.27", true},
                                         VersionCase{"Major", "2.0", true}, VersionCase{"Short", "1.10", true},
                                         VersionCase{"Suffix", "1.10.0rc1", true},
                                         VersionCase{"Longer", "1.10.0.1", true}, VersionCase{"Older", "1.9.13", false},
                                         VersionCase{"OldMajor", "0.15.8", false}, VersionCase{"Dev", "1!0+dev", false},
                                         VersionCase{"Empty", "", false}, VersionCase{"Words", "abc", false},
                                         VersionCase{"AsHelmSaysIt", "v1.10.3", true},
                                         VersionCase{"AsHelmSaysAnOldOne", "v1.9.3", false}),
                         support::CaseName{});

TEST(MinorOf, IsTheFirstTwoNumbers) {
  EXPECT_EQ(MinorOf("1.13.27"), "1.13");
  EXPECT_EQ(MinorOf("v3.19"), "3.19");
  EXPECT_EQ(MinorOf("1.13rc1"), "1.13");
  for (const char* none : {"", "1", "latest", "1!0+dev", "sha.1", "1.x"}) EXPECT_EQ(MinorOf(none), "") << none;
}

}  // namespace
}  // namespace dagitops
