#include "kube/api_path.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dagitops::kube {
namespace {

TEST(ParseApiPathTest, ReadsWhatTheServerReads) {
  struct Row {
    std::string path;
    ApiPath want;
  };
  const std::vector<Row> rows{
      {"/api/v1/namespaces/a/configmaps", {"", "a", "configmaps", "", ""}},
      {"/api/v1/namespaces/a/configmaps?limit=5&continue=a/b", {"", "a", "configmaps", "", ""}},
      {"/api/v1/namespaces/a/configmaps/b", {"", "a", "configmaps", "b", ""}},
      {"/apis/apps/v1/namespaces/a/deployments/b/status", {"apps", "a", "deployments", "b", "status"}},
      {"/apis/apps/v1/deployments", {"apps", "", "deployments", "", ""}},
      {"/api/v1/nodes/n", {"", "", "nodes", "n", ""}},
      {"/api/v1/namespaces", {"", "", "namespaces", "", ""}},
      {"/api/v1/namespaces/a", {"", "", "namespaces", "a", ""}},
      {"/api/v1/namespaces/a/status", {"", "", "namespaces", "a", "status"}},
      {"/api/v1/namespaces/a/pods/http:p:3000/proxy/graphql", {"", "a", "pods", "http:p:3000", "proxy"}},
      {"/api/v1/namespaces/a/pods/p/log?container=c", {"", "a", "pods", "p", "log"}},
      {"/version", {}},
      {"/api", {}},
      {"", {}},
  };
  for (const auto& [path, want] : rows) {
    const ApiPath got = ParseApiPath(path);
    EXPECT_EQ(got.group, want.group) << path;
    EXPECT_EQ(got.name_space, want.name_space) << path;
    EXPECT_EQ(got.resource, want.resource) << path;
    EXPECT_EQ(got.name, want.name) << path;
    EXPECT_EQ(got.subresource, want.subresource) << path;
  }
}

TEST(ParseApiPathTest, IsDescribedForPeople) {
  EXPECT_EQ(Describe(ParseApiPath("/apis/apps/v1/namespaces/a/deployments/b/scale")),
            "deployments/scale.apps in namespace a");
  EXPECT_EQ(Describe(ParseApiPath("/api/v1/nodes")), "nodes");
}

TEST(WithQueryTest, AppendsAndEscapes) {
  EXPECT_EQ(WithQuery("/a", "b", "c"), "/a?b=c");
  EXPECT_EQ(WithQuery("/a?b=c", "d", "e=f/g h+\xc3\xa9-._~"), "/a?b=c&d=e%3Df%2Fg%20h%2B%C3%A9-._~");
}

}  // namespace
}  // namespace dagitops::kube
