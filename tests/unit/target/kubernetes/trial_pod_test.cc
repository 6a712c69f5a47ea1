#include "target/kubernetes/trial_pod.h"

#include <gtest/gtest.h>

#include "dagitops/yaml/parse.h"

namespace dagitops::kubernetes {
namespace {

CodeLocation Of(const std::string& entry) {
  CodeLocation location;
  location.name = "sales";
  location.entry = yaml::Parse(entry, "sales.yaml", Layer::kFragment).root;
  return location;
}

TEST(TrialPod, HasWhatAPolicyMayAskForAndNoVariables) {
  const std::string text = TrialPod(Of(R"(
image: {repository: registry.example.com/sales, tag: "1.0"}
labels: {team: a}
annotations: {note: b}
podSecurityContext: {runAsNonRoot: true}
securityContext: {allowPrivilegeEscalation: false}
resources: {limits: {cpu: "1"}}
volumes: [{name: v, emptyDir: {}}]
volumeMounts: [{name: v, mountPath: /v}]
env: [{name: PASSWORD, value: secret}]
)"));
  const Value want = yaml::Parse(R"(
apiVersion: "v1"
kind: "Pod"
metadata: {name: "dagitops-doctor", labels: {team: "a"}, annotations: {note: "b"}}
spec:
  containers:
    - name: "server"
      image: "registry.example.com/sales:1.0"
      securityContext: {allowPrivilegeEscalation: false}
      resources: {limits: {cpu: "1"}}
      volumeMounts: [{name: "v", mountPath: "/v"}]
  securityContext: {runAsNonRoot: true}
  volumes: [{name: "v", emptyDir: {}}]
)",
                                 "want", Layer::kBuiltin)
                         .root;
  EXPECT_EQ(yaml::Parse(text, "pod", Layer::kBuiltin).root, want) << text;
}

TEST(TrialPod, OfASmallEntryIsSmall) {
  const Value pod = yaml::Parse(TrialPod(Of("image: {repository: a}")), "pod", Layer::kBuiltin).root;
  EXPECT_EQ(pod.FindPath("metadata")->members().size(), 1);
  EXPECT_EQ(pod.FindPath("spec")->members().size(), 1);
  EXPECT_EQ(pod.FindPath("spec.containers")->items()[0].Find("image")->text(), "a");
}

}  // namespace
}  // namespace dagitops::kubernetes
