#include "target/kubernetes/code_check.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include <boost/json/serialize.hpp>

#include "dagitops/base/secret.h"
#include "dagitops/base/text.h"
#include "dagitops/model/log_reason.h"

#include "target/kubernetes/json_view.h"
#include "target/kubernetes/names.h"
#include "target/kubernetes/pod_trouble.h"
#include "target/kubernetes/workload.h"

namespace dagitops::kubernetes {
namespace {

namespace json = boost::json;

constexpr Duration kCall = std::chrono::seconds(15);
constexpr std::array<std::string_view, 12> kCodeFlags{"-f",
                                                      "--python-file",
                                                      "-m",
                                                      "--module-name",
                                                      "--package-name",
                                                      "--autoload-defs-module-name",
                                                      "-a",
                                                      "--attribute",
                                                      "-d",
                                                      "--working-directory",
                                                      "-p",
                                                      "--package"};

// `-p` is a server's port, and a short form of --package-name elsewhere.
bool NamesCode(std::string_view flag) {
  return flag != "-p" && std::find(kCodeFlags.begin(), kCodeFlags.end(), flag) != kCodeFlags.end();
}

std::vector<std::string> TextsOf(const JsonView& list) {
  std::vector<std::string> texts;
  for (const json::value& item : list.items()) texts.push_back(JsonView(&item).text());
  return texts;
}

// The data of the ConfigMaps among the objects, by name.
std::map<std::string, json::object> ConfigMapsIn(const std::vector<json::value>& objects) {
  std::map<std::string, json::object> maps;
  for (const json::value& object : objects) {
    const JsonView view(&object);
    if (view["kind"].text() == "ConfigMap") maps[view["metadata"]["name"].text()] = view["data"].members();
  }
  return maps;
}

// envFrom without the ConfigMaps that are known, whose variables come before the container's own, as the kubelet has
// it.
void WriteOut(json::object& container, const std::map<std::string, json::object>& known) {
  json::array from;
  json::array variables;
  const json::array all = JsonView(container.if_contains("envFrom")).items();
  for (const json::value& source : all) {
    const auto map = known.find(JsonView(&source)["configMapRef"]["name"].text());
    if (map == known.end()) {
      from.push_back(source);
      continue;
    }
    for (const auto& member : map->second)
      variables.push_back(json::object{{"name", member.key()}, {"value", member.value()}});
  }
  for (const json::value& variable : JsonView(container.if_contains("env")).items()) {
    if (JsonView(&variable)["name"].text() != "DAGSTER_HOME") variables.push_back(variable);
  }
  // Without one, Dagster makes a temporary instance; the chart's names a folder that the image need not have, which is
  // an error to `dagster definitions validate` (dagster 1.13.27, run).
  variables.push_back(json::object{{"name", "DAGSTER_HOME"}, {"value", ""}});
  container["envFrom"] = std::move(from);
  container["env"] = std::move(variables);
}

json::object CheckContainer(const JsonView& server, const std::map<std::string, json::object>& config_maps) {
  json::object container = server.members();
  for (const char* key : {"readinessProbe", "livenessProbe", "startupProbe", "ports", "lifecycle"})
    container.erase(key);
  json::array arguments;
  for (const std::string& word : ValidateArguments(TextsOf(server["args"]))) arguments.emplace_back(word);
  container["args"] = std::move(arguments);
  WriteOut(container, config_maps);
  return container;
}

json::object CheckSpec(const JsonView& spec, const std::vector<json::value>& objects, Duration deadline) {
  json::object result = spec.members();
  const json::array& containers = spec["containers"].items();
  if (containers.empty()) return {};
  result["containers"] = json::array{CheckContainer(JsonView(&containers.front()), ConfigMapsIn(objects))};
  result["restartPolicy"] = "Never";
  result["activeDeadlineSeconds"] = std::chrono::duration_cast<std::chrono::seconds>(deadline).count();
  return result;
}

Error Failed(const std::string& location, const std::string& reason) {
  return {ErrorKind::kInvalid, "code-check-failed", "location " + location, reason,
          "`dagster definitions validate` shows it on your machine too"};
}

}  // namespace

std::vector<std::string> ValidateArguments(const std::vector<std::string>& server_arguments) {
  std::vector<std::string> arguments{"dagster", "definitions", "validate"};
  for (std::size_t i = 0; i < server_arguments.size(); ++i) {
    const std::string& word = server_arguments[i];
    const std::size_t equals = word.find('=');
    if (word.starts_with("--") && equals != std::string::npos && NamesCode(word.substr(0, equals))) {
      arguments.push_back(word);
    } else if (NamesCode(word) && i + 1 < server_arguments.size()) {
      arguments.push_back(word);
      arguments.push_back(server_arguments[++i]);
    }
  }
  return arguments;
}

std::string CheckPodName(const CheckNames& names) {
  return ReleaseName(names.location) + "-check-" + names.content.substr(0, 8);
}

std::string CheckPodBody(const std::vector<std::string>& objects, const CheckNames& names, Duration deadline) {
  std::vector<json::value> parsed;
  for (const std::string& object : objects) parsed.push_back(ParseJson(object));
  for (const json::value& object : parsed) {
    const JsonView view(&object);
    if (view["kind"].text() != "Deployment") continue;
    const JsonView pod = view["spec"]["template"];
    json::object spec = CheckSpec(pod["spec"], parsed, deadline);
    if (spec.empty()) return "";
    json::object metadata{{"name", CheckPodName(names)},
                          {"namespace", names.name_space},
                          {"annotations", pod["metadata"]["annotations"].members()},
                          {"labels",
                           {{kManagedBy, "dagitops"},
                            {kEnvironment, names.environment},
                            {kCheck, names.location},
                            {kContent, names.content}}}};
    return json::serialize(json::object{
        {"apiVersion", "v1"}, {"kind", "Pod"}, {"metadata", std::move(metadata)}, {"spec", std::move(spec)}});
  }
  return "";
}

Status CodeCheck::Run(const Order& order, const std::vector<std::string>& objects) {
  const CheckNames names{parts_.environment, parts_.name_space, order.location, order.content};
  const std::string body = CheckPodBody(objects, names, parts_.deadline);
  if (body.empty()) return Ok();
  const std::string pod = CheckPodName(names);
  const std::string path = CollectionPath("v1", parts_.name_space, "pods");
  DAGITOPS_ASSIGN(const std::string begun, Begin(path, pod, body));
  Status outcome = Follow(pod, begun);
  if (!outcome && outcome.error().kind == ErrorKind::kInvalid)
    outcome = Failed(order.location, outcome.error().message);
  const Status removed = parts_.api.Delete({path + "/" + pod, "", ""}, kCall);
  return outcome ? removed : outcome;
}

// One that an earlier life of ours began is followed to its end.
Result<std::string> CodeCheck::Begin(const std::string& path, const std::string& pod, const std::string& body) {
  auto made = parts_.api.Write({kube::ApiWrite::Kind::kCreate, path, body, false, false}, kCall);
  if (made || made.error().code != "kube-exists") return made;
  auto known = parts_.api.Get(path + "/" + pod, kCall);
  if (!known) return known;
  const json::value parsed = ParseJson(*known);
  if (!JsonView(&parsed)["metadata"]["deletionTimestamp"].exists()) return known;
  return Error{ErrorKind::kRetry, "code-check-ending", "pod " + pod, "the pod of the check before this one is ending",
               "it is tried again"};
}

Status CodeCheck::Follow(const std::string& pod, const std::string& object) {
  const json::value begun = ParseJson(object);
  std::optional<PodVerdict> verdict = JudgeCheckPod(ReadPod(pod, object), parts_.clock.Now());
  const std::string path = CollectionPath("v1", parts_.name_space, "pods", {"", "metadata.name=" + pod});
  const auto judge = [&](std::string_view event) {
    const json::value parsed = ParseJson(event);
    const JsonView view(&parsed);
    if (view["type"].text() == "BOOKMARK") return true;
    if (view["type"].text() == "DELETED") return false;
    if (!view["object"].exists()) return true;
    verdict = JudgeCheckPod(ReadPod(pod, json::serialize(parsed.at("object"))), parts_.clock.Now());
    return !verdict;
  };
  if (!verdict) {
    DAGITOPS_TRY(
        parts_.api.Watch(path, JsonView(&begun)["metadata"]["resourceVersion"].text(), parts_.deadline + kCall, judge));
  }
  if (!verdict)
    return Error{ErrorKind::kRetry, "code-check-cut-short", "pod " + pod, "the check of its code came to no end", ""};
  if (verdict->good) return Ok();
  const std::string said = verdict->has_log ? Log(pod) : "";
  return Error{ErrorKind::kInvalid, "", "", verdict->reason + (said.empty() ? "" : ": " + said), ""};
}

std::string CodeCheck::Log(const std::string& pod) const {
  const std::string path = CollectionPath("v1", parts_.name_space, "pods") + "/" + pod + "/log?tailLines=200";
  const auto log = parts_.api.Get(path, kCall);
  return log ? LogReason(*log, "") : "";
}

}  // namespace dagitops::kubernetes
