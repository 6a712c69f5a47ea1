#include "target/kubernetes/release.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "support/case_name.h"

namespace dagitops::kubernetes {
namespace {

using Status = Release::Status;

// A Secret of helm v3.19 as the API server gives it when asked for metadata alone.
std::string Secret(const std::string& name, const std::string& version, const std::string& status,
                   const std::string& more = "") {
  return R"({"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": {
    "name": "sh.helm.release.v1.)" +
         name + ".v" + version + R"(", "namespace": "dagster", "uid": "0b1c", "resourceVersion": "991",
    "creationTimestamp": "2026-11-28T10:00:00Z",
    "labels": {"modifiedAt": "1764324000", "name": ")" +
         name + R"(", "owner": "helm", "status": ")" + status + R"(", "version": ")" + version + "\"" + more + "}}}";
}

constexpr char kOurs[] = R"(, "dagitops.dev/environment": "production", "dagitops.dev/location": "sales",
                            "dagitops.dev/content": "feed")";

TEST(ReadRelease, TakesWhatHelmAndWePutIntoItsLabels) {
  const Release release = ReadRelease("secret-1", Secret("sales", "12", "deployed", kOurs));
  EXPECT_EQ(release.name, "sales");
  EXPECT_EQ(release.version, 12);
  EXPECT_EQ(release.status, Status::kDeployed);
  EXPECT_EQ(release.environment, "production");
  EXPECT_EQ(release.location, "sales");
  EXPECT_EQ(release.content, "feed");
  EXPECT_EQ(FormatTime(release.since), "2026-11-28T10:00:00Z");
  EXPECT_EQ(release.secret, "secret-1");
  EXPECT_EQ(release.resource_version, "991");
}

TEST(ReadRelease, OfSomebodyElseIsOfNoEnvironment) {
  const Release release = ReadRelease("s", Secret("postgres", "1", "deployed", R"(, "team": "dba")"));
  EXPECT_EQ(release.name, "postgres");
  EXPECT_EQ(release.environment, "");
  EXPECT_EQ(release.location, "");
}

struct StatusCase {
  const char* name;
  const char* word;
  Status status;
};
class StatusWord : public testing::TestWithParam<StatusCase> {};

TEST_P(StatusWord, IsUnderstood) {
  EXPECT_EQ(ReadRelease("s", Secret("a", "1", GetParam().word)).status, GetParam().status);
}

INSTANTIATE_TEST_SUITE_P(All, StatusWord,
                         testing::Values(StatusCase{"Deployed", "deployed", Status::kDeployed},
                                         StatusCase{"Install", "pending-install", Status::kPending},
                                         StatusCase{"Upgrade", "pending-upgrade", Status::kPending},
                                         StatusCase{"Rollback", "pending-rollback", Status::kPending},
                                         StatusCase{"Failed", "failed", Status::kFailed},
                                         StatusCase{"Uninstalling", "uninstalling", Status::kUninstalling},
                                         StatusCase{"Uninstalled", "uninstalled", Status::kGone},
                                         StatusCase{"Superseded", "superseded", Status::kGone},
                                         StatusCase{"Unknown", "unknown", Status::kGone},
                                         StatusCase{"OfALaterHelm", "hovering", Status::kGone}),
                         support::CaseName{});

struct GarbageCase {
  const char* name;
  std::string secret;
};
class GarbageSecret : public testing::TestWithParam<GarbageCase> {};

TEST_P(GarbageSecret, IsNoRelease) {
  const Release release = ReadRelease("s", GetParam().secret);
  EXPECT_EQ(release.environment, "");
  EXPECT_TRUE(NewestReleases({{"s", release}}).empty());
}

INSTANTIATE_TEST_SUITE_P(Texts, GarbageSecret,
                         testing::Values(GarbageCase{"Empty", ""}, GarbageCase{"NoJson", "{"},
                                         GarbageCase{"NoLabels", R"({"metadata": {"name": "x"}})"},
                                         GarbageCase{"OtherKinds", R"({"metadata": {"labels": ["name"]}})"},
                                         GarbageCase{"NoName", Secret("", "3", "deployed")},
                                         GarbageCase{"NoVersion", Secret("a", "", "deployed")},
                                         GarbageCase{"NoNumber", Secret("a", "x", "deployed")},
                                         GarbageCase{"TooLarge", Secret("a", "99999999999999", "deployed")},
                                         GarbageCase{"Negative", Secret("a", "-1", "deployed")}),
                         support::CaseName{});

TEST(NewestReleases, AreThoseOfTheHighestVersionOfEachName) {
  const auto add = [](std::map<std::string, Release>& all, const std::string& name, const std::string& version,
                      const std::string& status) {
    const std::string secret = "sh.helm.release.v1." + name + ".v" + version;
    all[secret] = ReadRelease(secret, Secret(name, version, status));
  };
  std::map<std::string, Release> all;
  add(all, "sales", "9", "superseded");
  add(all, "sales", "10", "deployed");  // before v9 by name
  add(all, "sales", "8", "superseded");
  add(all, "forecast", "1", "superseded");
  add(all, "forecast", "2", "pending-upgrade");
  const std::map<std::string, Release> newest = NewestReleases(all);
  ASSERT_EQ(newest.size(), 2U);
  EXPECT_EQ(newest.at("sales").version, 10);
  EXPECT_EQ(newest.at("sales").secret, "sh.helm.release.v1.sales.v10");
  EXPECT_EQ(newest.at("forecast").status, Status::kPending) << "which hides the one that is deployed, as for helm";
}

}  // namespace
}  // namespace dagitops::kubernetes
