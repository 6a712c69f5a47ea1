#include "target/kubernetes/manifest.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/case_name.h"

namespace dagitops::kubernetes {
namespace {

std::vector<std::string> Titles(const std::string& yaml) {
  std::vector<std::string> titles;
  for (const ManifestObject& object : SplitManifest(yaml)) titles.push_back(object.Title());
  return titles;
}

using Texts = std::vector<std::string>;

struct SplitCase {
  const char* name;
  std::string yaml;
  Texts titles;
};
class Manifest : public testing::TestWithParam<SplitCase> {};

TEST_P(Manifest, IsSplitIntoItsObjects) { EXPECT_EQ(Titles(GetParam().yaml), GetParam().titles); }

constexpr char kA[] = "kind: A\nmetadata:\n  name: a\n";
constexpr char kB[] = "kind: B\nmetadata: {name: b}\n";

INSTANTIATE_TEST_SUITE_P(
    Good, Manifest,
    testing::Values(
        SplitCase{"AsHelmWritesIt",
                  std::string("---\n# Source: chart/templates/a.yaml\n") + kA +
                      "---\n# Source: chart/templates/b.yaml\n" + kB,
                  {"A/a", "B/b"}},
        SplitCase{"WithoutSeparator", kA, {"A/a"}}, SplitCase{"SeparatorAtTheEnd", std::string(kA) + "---\n", {"A/a"}},
        SplitCase{"SeparatorsInARow", std::string("---\n---\n\n---\n") + kA + "---\n---\n" + kB, {"A/a", "B/b"}},
        SplitCase{"SeparatorWithAComment", std::string(kA) + "--- # next\n" + kB, {"A/a", "B/b"}},
        SplitCase{"SeparatorWithBlanks", std::string(kA) + "---  \n" + kB, {"A/a", "B/b"}},
        SplitCase{"SeparatorOfWindows", std::string(kA) + "---\r\n" + kB, {"A/a", "B/b"}},
        SplitCase{
            "DashesInAText", "kind: A\nmetadata:\n  name: a\ndata:\n  text: |\n    one\n    ---\n    two\n", {"A/a"}},
        SplitCase{"DashesThatAreNoSeparator", "kind: A\nmetadata:\n  name: a\n----: x\n", {"A/a"}},
        SplitCase{"NoNewlineAtTheEnd", "kind: A\nmetadata: {name: a}", {"A/a"}},
        SplitCase{"Json", R"({"kind": "A", "metadata": {"name": "a"}})", {"A/a"}}),
    support::CaseName{});

INSTANTIATE_TEST_SUITE_P(LeftOut, Manifest,
                         testing::Values(SplitCase{"Nothing", "", {}}, SplitCase{"Blank", "\n  \n", {}},
                                         SplitCase{
                                             "Comments", std::string("---\n# nothing to see\n---\n") + kA, {"A/a"}},
                                         SplitCase{"NoKind", std::string("metadata: {name: x}\n---\n") + kA, {"A/a"}},
                                         SplitCase{"NoName", std::string("kind: X\n---\n") + kA, {"A/a"}},
                                         SplitCase{"NoYaml", std::string("kind: [\n---\n") + kA, {"A/a"}},
                                         SplitCase{"List", std::string("- kind: X\n---\n") + kA, {"A/a"}}),
                         support::CaseName{});

TEST(Manifest, KeepsTheTextOfEach) {
  const std::vector<ManifestObject> objects = SplitManifest(
      "---\n# Source: x\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: sales\n  namespace: other\n---\n");
  ASSERT_EQ(objects.size(), 1U);
  EXPECT_EQ(objects[0].api_version, "apps/v1");
  EXPECT_EQ(objects[0].name_space, "other");
  EXPECT_EQ(objects[0].text,
            "# Source: x\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: sales\n  namespace: other\n");
}

struct PathCase {
  const char* name;
  const char* version;
  const char* kind;
  const char* name_space;
  const char* path;
};
class PathOfObject : public testing::TestWithParam<PathCase> {};

TEST_P(PathOfObject, IsWhereTheApiHasIt) {
  const PathCase& the = GetParam();
  EXPECT_EQ(PathOf({the.version, the.kind, "x", the.name_space, ""}, "dagster"), the.path);
}

INSTANTIATE_TEST_SUITE_P(
    All, PathOfObject,
    testing::Values(PathCase{"Core", "v1", "ConfigMap", "", "/api/v1/namespaces/dagster/configmaps/x"},
                    PathCase{"Group", "apps/v1", "Deployment", "", "/apis/apps/v1/namespaces/dagster/deployments/x"},
                    PathCase{"OtherNamespace", "v1", "Service", "other", "/api/v1/namespaces/other/services/x"},
                    PathCase{"Plural", "networking.k8s.io/v1", "Ingress", "",
                             "/apis/networking.k8s.io/v1/namespaces/dagster/ingresses/x"},
                    PathCase{"OtherPlural", "networking.k8s.io/v1", "NetworkPolicy", "",
                             "/apis/networking.k8s.io/v1/namespaces/dagster/networkpolicies/x"},
                    PathCase{"OfTheCluster", "rbac.authorization.k8s.io/v1", "ClusterRole", "",
                             "/apis/rbac.authorization.k8s.io/v1/clusterroles/x"},
                    PathCase{"OfTheClusterWithNamespace", "rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "other",
                             "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/x"},
                    PathCase{"Unknown", "example.com/v1", "Widget", "", ""},
                    PathCase{"Lowercase", "v1", "configmap", "", ""}),
    support::CaseName{});

}  // namespace
}  // namespace dagitops::kubernetes
