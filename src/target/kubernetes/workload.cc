#include "target/kubernetes/workload.h"

#include <algorithm>

#include "dagitops/base/time_text.h"

#include "target/kubernetes/json_view.h"
#include "target/kubernetes/names.h"

namespace dagitops::kubernetes {
namespace {

constexpr char kReadOnlyWebserver[] = "dagster-webserver-read-only";  // chart dagster 1.12.19, enableReadOnly
constexpr const char* kChecksum = "checksum/dagster-user-deployment";

JsonView Condition(const JsonView& object, std::string_view type) {
  for (const boost::json::value& item : object["status"]["conditions"].items()) {
    const JsonView condition(&item);
    if (condition["type"].text() == type) return condition;
  }
  return {};
}

int FirstPort(const JsonView& pod_spec) {
  for (const boost::json::value& container : pod_spec["containers"].items()) {
    for (const boost::json::value& port : JsonView(&container)["ports"].items()) {
      return static_cast<int>(JsonView(&port)["containerPort"].number());
    }
  }
  return 0;
}

// By its ReplicaSet, whose name is the Deployment's and the hash of the template
// (https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#pod-template-hash-label).
std::string DeploymentOf(const JsonView& metadata) {
  const std::string suffix = "-" + metadata["labels"]["pod-template-hash"].text();
  for (const boost::json::value& owner : metadata["ownerReferences"].items()) {
    const JsonView reference(&owner);
    std::string name = reference["name"].text();
    if (reference["kind"].text() != "ReplicaSet" || !name.ends_with(suffix)) continue;
    name.resize(name.size() - suffix.size());
    return name;
  }
  return "";
}

ContainerTrouble ReadContainer(const JsonView& status) {
  ContainerTrouble trouble;
  const JsonView state = status["state"];
  trouble.container = status["name"].text();
  trouble.image = status["image"].text();
  trouble.restarts = static_cast<int>(status["restartCount"].number());
  if (state["waiting"].exists()) {
    trouble.reason = state["waiting"]["reason"].text();
    trouble.message = state["waiting"]["message"].text();
  }
  const JsonView ended = state["terminated"].exists() ? state["terminated"] : status["lastState"]["terminated"];
  trouble.exit_code = static_cast<int>(ended["exitCode"].number());
  trouble.signal = ended["reason"].text();
  if (state["terminated"].exists() && trouble.exit_code != 0) trouble.reason = "Terminated";
  return trouble;
}

}  // namespace

DeploymentView ReadDeployment(const std::string& name, std::string_view json) {
  const boost::json::value parsed = ParseJson(json);
  const JsonView object(&parsed);
  const JsonView labels = object["metadata"]["labels"];
  const JsonView status = object["status"];
  DeploymentView view;
  view.name = name;
  view.uid = object["metadata"]["uid"].text();
  view.location = labels["deployment"].text();
  view.release = labels["app.kubernetes.io/instance"].text();
  view.checksum = object["spec"]["template"]["metadata"]["annotations"][kChecksum].text();
  view.port = FirstPort(object["spec"]["template"]["spec"]);
  view.generation = object["metadata"]["generation"].number();
  view.observed_generation = status["observedGeneration"].number();
  view.wanted = object["spec"]["replicas"].number(1);
  view.total = status["replicas"].number();
  view.updated = status["updatedReplicas"].number();
  view.available = status["availableReplicas"].number();
  const JsonView failure = Condition(object, "ReplicaFailure");
  if (failure["status"].text() == "True") view.cannot_create = failure["message"].text();
  return view;
}

PodView ReadPod(const std::string& name, std::string_view json) {
  const boost::json::value parsed = ParseJson(json);
  const JsonView object(&parsed);
  const JsonView metadata = object["metadata"];
  PodView view;
  view.name = name;
  view.location = metadata["labels"]["deployment"].text();
  view.release = metadata["labels"]["app.kubernetes.io/instance"].text();
  view.checksum = metadata["annotations"][kChecksum].text();
  view.seen_workspace = metadata["annotations"][kSeenWorkspace].text();
  view.checks = metadata["labels"][kCheck].text();
  view.read_only = metadata["labels"]["component"].text() == kReadOnlyWebserver;
  view.deployment = DeploymentOf(metadata);
  view.created = TimeFromText(metadata["creationTimestamp"].text()).value_or(WallTime{});
  view.ending = metadata["deletionTimestamp"].exists();
  view.ip = object["status"]["podIP"].text();
  view.port = FirstPort(object["spec"]);
  view.ready = Condition(object, "Ready")["status"].text() == "True";
  const std::string phase = object["status"]["phase"].text();
  view.succeeded = phase == "Succeeded";
  view.over = phase == "Succeeded" || phase == "Failed";
  const JsonView scheduled = Condition(object, "PodScheduled");
  if (scheduled["status"].text() == "False") view.unscheduled = scheduled["message"].text();
  for (const char* kind : {"initContainerStatuses", "containerStatuses"}) {
    for (const boost::json::value& status : object["status"][kind].items()) {
      view.containers.push_back(ReadContainer(JsonView(&status)));
    }
  }
  return view;
}

}  // namespace dagitops::kubernetes
