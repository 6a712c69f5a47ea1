#include "target/kubernetes/names.h"

#include <gtest/gtest.h>

#include <string>

#include "support/case_name.h"

namespace dagitops::kubernetes {
namespace {

struct NameCase {
  const char* name;
  std::string location;
  std::string release;
};
class NameOfRelease : public testing::TestWithParam<NameCase> {};

TEST_P(NameOfRelease, IsTheLocationsWhereHelmTakesIt) {
  EXPECT_EQ(ReleaseName(GetParam().location), GetParam().release);
  EXPECT_LE(ReleaseName(GetParam().location).size(), 53U);
}

INSTANTIATE_TEST_SUITE_P(All, NameOfRelease,
                         testing::Values(NameCase{"Base", "", "dagitops-base"}, NameCase{"Plain", "sales", "sales"},
                                         NameCase{"JustFits", std::string(53, 'a'), std::string(53, 'a')},
                                         NameCase{"TooLong", std::string(54, 'a'), std::string(44, 'a') + "-a3f01b69"},
                                         NameCase{"Longest", std::string(63, 'a'), std::string(44, 'a') + "-7d3e74a0"}),
                         support::CaseName{});

TEST(ReleaseNameTest, TellsLongNamesApart) {
  const std::string common(60, 'a');
  EXPECT_NE(ReleaseName(common + "b"), ReleaseName(common + "c"));
}

TEST(RecordNameTest, NeverMeetsThatOfTheBase) {
  EXPECT_EQ(RecordName(""), "dagitops-base");
  EXPECT_EQ(RecordName("sales"), "dagitops-location-sales");
  EXPECT_NE(RecordName("dagitops-base"), RecordName(""));
}

struct PathCase {
  const char* name;
  const char* version;
  const char* name_space;
  Selectors selectors;
  const char* path;
};
class Path : public testing::TestWithParam<PathCase> {};

TEST_P(Path, IsWhereTheApiHasIt) {
  const PathCase& the = GetParam();
  EXPECT_EQ(CollectionPath(the.version, the.name_space, "things", the.selectors), the.path);
}

INSTANTIATE_TEST_SUITE_P(
    All, Path,
    testing::Values(
        PathCase{"Core", "v1", "n", {}, "/api/v1/namespaces/n/things"},
        PathCase{"Group", "apps/v1", "n", {}, "/apis/apps/v1/namespaces/n/things"},
        PathCase{"OfTheCluster", "rbac.authorization.k8s.io/v1", "", {}, "/apis/rbac.authorization.k8s.io/v1/things"},
        PathCase{"Labels",
                 "v1",
                 "n",
                 {"a=b,dagitops.dev/x in (c)", ""},
                 "/api/v1/namespaces/n/things?labelSelector=a%3Db%2Cdagitops.dev%2Fx%20in%20%28c%29"},
        PathCase{"Fields",
                 "v1",
                 "n",
                 {"", "metadata.name=w"},
                 "/api/v1/namespaces/n/things?fieldSelector=metadata.name%3Dw"},
        PathCase{"Both", "v1", "n", {"a", "b"}, "/api/v1/namespaces/n/things?labelSelector=a&fieldSelector=b"},
        PathCase{"NoAscii", "v1", "n", {"\xc3\xa4+&", ""}, "/api/v1/namespaces/n/things?labelSelector=%C3%A4%2B%26"}),
    support::CaseName{});

TEST(CollectionPathTest, WithoutSelectorsHasNoQuery) {
  EXPECT_EQ(CollectionPath("v1", "n", "pods"), "/api/v1/namespaces/n/pods");
}

}  // namespace
}  // namespace dagitops::kubernetes
