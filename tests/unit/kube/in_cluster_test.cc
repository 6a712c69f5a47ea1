#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "dagitops/kube/cluster_access.h"

namespace dagitops::kube {
namespace {

using ::testing::HasSubstr;

const std::map<std::string, std::string> kPod{{"KUBERNETES_SERVICE_HOST", "10.96.0.1"},
                                              {"KUBERNETES_SERVICE_PORT", "443"}};

Result<std::string> ServiceAccount(const std::string& path) {
  if (path == "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt") return std::string("CA");
  if (path == "/var/run/secrets/kubernetes.io/serviceaccount/namespace") return std::string("dagster\n");
  return Error{ErrorKind::kInvalid, "file-missing", path, "there is no such file", ""};
}

TEST(InClusterAccessTest, ReadsTheServiceAccountAndLeavesTheTokenInItsFile) {
  const auto access = InClusterAccess(kPod, ServiceAccount);
  ASSERT_TRUE(access) << access.error().Text();
  EXPECT_EQ(access->server, "https://10.96.0.1:443");
  EXPECT_EQ(access->authorities, "CA");
  EXPECT_EQ(access->name_space, "dagster");
  EXPECT_EQ(access->token_file, "/var/run/secrets/kubernetes.io/serviceaccount/token");
  EXPECT_TRUE(access->token.empty());
}

TEST(InClusterAccessTest, AnIpv6AddressGetsItsBrackets) {
  auto pod = kPod;
  pod["KUBERNETES_SERVICE_HOST"] = "fd00::1";
  EXPECT_EQ(InClusterAccess(pod, ServiceAccount)->server, "https://[fd00::1]:443");
}

TEST(InClusterAccessTest, IsRefusedOutsideOfACluster) {
  for (const char* missing : {"KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT"}) {
    auto pod = kPod;
    pod.erase(missing);
    const auto access = InClusterAccess(pod, ServiceAccount);
    ASSERT_FALSE(access) << missing;
    EXPECT_EQ(access.error().code, "kube-not-in-cluster");
    EXPECT_EQ(access.error().kind, ErrorKind::kInvalid);
  }
}

TEST(InClusterAccessTest, DoesNotTrustTheWorldWhereItsAuthorityIsMissing) {
  const auto access = InClusterAccess(kPod, [](const std::string& path) -> Result<std::string> {
    if (path.ends_with("ca.crt")) return Error{ErrorKind::kInvalid, "file-missing", path, "there is no such file", ""};
    return ServiceAccount(path);
  });
  ASSERT_FALSE(access);
  EXPECT_THAT(access.error().subject, HasSubstr("ca.crt"));
}

}  // namespace
}  // namespace dagitops::kube
