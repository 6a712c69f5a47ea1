#include "target/kubernetes/dagster_pod.h"

#include <gtest/gtest.h>

#include <string>

#include "support/case_name.h"

namespace dagitops::kubernetes {
namespace {

// "file from map", with "(subPath)" where it is, of each workspace.
std::string Told(const doctor::DagsterPod& pod) {
  std::string text;
  for (const doctor::MountedWorkspace& one : pod.workspaces) {
    text += (text.empty() ? "" : ", ") + one.file + " from " + one.config_map + (one.sub_path ? " (subPath)" : "");
  }
  return text;
}

struct Case {
  std::string name;
  std::string command;  // members of the container
  std::string mounts;   // items of volumeMounts
  std::string want;
};
class Workspaces : public testing::TestWithParam<Case> {};

constexpr char kWhole[] = R"({"name": "w", "mountPath": "/dagster-workspace/"})";
constexpr char kShell[] =
    R"("command": ["/bin/bash", "-c", "dagster-webserver -p 80 -w /dagster-workspace/workspace.yaml"])";

TEST_P(Workspaces, AreThoseThatTheCommandNames) {
  const std::string json = R"({"spec": {"volumes": [
    {"name": "w", "configMap": {"name": "dagitops-workspace"}}, {"name": "other", "configMap": {"name": "other"}},
    {"name": "empty", "emptyDir": {}}, {"name": "p", "projected": {"sources": [{"secret": {"name": "s"}}, {"configMap": {"name": "pm"}}]}}],
    "containers": [{"name": "dagster", "image": "dagster:1", )" +
                           GetParam().command + R"(, "volumeMounts": [)" + GetParam().mounts + "]}]}}";
  EXPECT_EQ(Told(ReadDagsterPod("web", json)), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Of, Workspaces,
    testing::Values(
        Case{"AShell", kShell, kWhole, "/dagster-workspace/workspace.yaml from dagitops-workspace"},
        Case{"Arguments", R"("args": ["dagster-daemon", "run", "-w", "/dagster-workspace/workspace.yaml"])", kWhole,
             "/dagster-workspace/workspace.yaml from dagitops-workspace"},
        Case{
            "TheLongOption",
            R"("args": ["dagster-daemon", "--workspace=/dagster-workspace/a.yaml", "--workspace", "/dagster-workspace/b.yaml"])",
            kWhole,
            "/dagster-workspace/a.yaml from dagitops-workspace, /dagster-workspace/b.yaml from dagitops-workspace"},
        Case{"None", R"("command": ["dagster-webserver", "-w"])", kWhole, ""},
        Case{"NotMounted", kShell, R"({"name": "w", "mountPath": "/dagster-workspace-more"})",
             "/dagster-workspace/workspace.yaml from "},
        Case{"SubPath", kShell,
             R"({"name": "w", "mountPath": "/dagster-workspace/workspace.yaml", "subPath": "workspace.yaml"})",
             "/dagster-workspace/workspace.yaml from dagitops-workspace (subPath)"},
        Case{"SubPathByAnExpression", kShell,
             R"x({"name": "w", "mountPath": "/dagster-workspace", "subPathExpr": "$(X)"})x",
             "/dagster-workspace/workspace.yaml from dagitops-workspace (subPath)"},
        Case{"TheDeepestMount", kShell,
             R"({"name": "other", "mountPath": "/"}, {"name": "w", "mountPath": "/dagster-workspace"})",
             "/dagster-workspace/workspace.yaml from dagitops-workspace"},
        Case{"NoConfigMap", kShell, R"({"name": "empty", "mountPath": "/dagster-workspace"})",
             "/dagster-workspace/workspace.yaml from "},
        Case{"Projected", kShell, R"({"name": "p", "mountPath": "/dagster-workspace"})",
             "/dagster-workspace/workspace.yaml from pm"}),
    support::CaseName{});

TEST(DagsterPod, IsReadOnlyByItsCommandToo) {
  EXPECT_TRUE(
      ReadDagsterPod("w", R"({"spec": {"containers": [{"command": ["sh", "-c", "dagster-webserver --read-only"]}]}})")
          .read_only);
  EXPECT_FALSE(ReadDagsterPod("w", R"({"spec": {"containers": [{"command": ["dagster-webserver"]}]}})").read_only);
}

TEST(DagsterPod, HasItsImageAndRelease) {
  const doctor::DagsterPod pod =
      ReadDagsterPod("w", R"({"metadata": {"labels": {"app.kubernetes.io/instance": "dagster"}},
    "spec": {"containers": [{"image": "a:1"}, {"image": "b:2"}]}, "status": {"conditions": [{"type": "Ready", "status": "True"}]}})");
  EXPECT_EQ(pod.image, "a:1");
  EXPECT_EQ(pod.release, "dagster");
  EXPECT_TRUE(pod.ready);
}

TEST(DagsterPod, OfNonsenseIsEmpty) { EXPECT_EQ(Told(ReadDagsterPod("w", "[3")), ""); }

}  // namespace
}  // namespace dagitops::kubernetes
