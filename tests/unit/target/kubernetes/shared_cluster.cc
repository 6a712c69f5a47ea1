#include "unit/target/kubernetes/shared_cluster.h"

#include <algorithm>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "target/kubernetes/json_view.h"
#include "target/kubernetes/names.h"
#include "unit/target/kubernetes/fake_api.h"

namespace dagitops::kubernetes {
namespace {

namespace json = boost::json;

void Merge(json::object& into, const json::object& patch) {
  for (const auto& member : patch) {
    json::value* known = into.if_contains(member.key());
    if (known != nullptr && known->is_object() && member.value().is_object()) {
      Merge(known->as_object(), member.value().as_object());
    } else {
      into[member.key()] = member.value();
    }
  }
}

bool Has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

Error Failure(const std::string& code) { return ApiFailure(code, ErrorKind::kInvalid); }

}  // namespace

Result<std::string> SharedCluster::Get(const std::string& path, Duration) {
  return faults.Around("get " + path, [&]() -> Result<std::string> {
    if (path == "/version") return std::string(R"({"gitVersion": "v1.34.2"})");
    if (path.ends_with(kSharedMap)) return map ? Result<std::string>(json::serialize(*map)) : Failure("kube-not-found");
    if (Has(path, "/deployments?")) {
      json::array items;
      for (const auto& [name, running] : deployments)
        items.push_back(
            json::object{{"metadata", {{"labels", {{"deployment", name}}}, {"generation", running.generation}}}});
      return json::serialize(json::object{{"items", std::move(items)}});
    }
    const auto owner = owners.find(path.substr(path.rfind('/') + 1));
    if (owner == owners.end()) return Failure("kube-not-found");
    return json::serialize(json::object{{"metadata", {{"annotations", {{kHelmRelease, owner->second}}}}}});
  });
}

Result<std::string> SharedCluster::Write(const kube::ApiWrite& write, Duration) {
  return faults.Around("write " + write.path, [&]() -> Result<std::string> {
    if (write.dry_run) {
      const std::string words = refuse ? refuse(write.body) : "";
      if (words.empty()) return write.body;
      return Error{ErrorKind::kInvalid, "kube-rejected", "s", words, ""};
    }
    json::object body = json::parse(write.body).as_object();
    if (write.kind == kube::ApiWrite::Kind::kCreate) {
      if (map) return Failure("kube-exists");
      map = json::object();
    } else if (!map) {
      return Failure("kube-not-found");
    } else if (const json::value* version = body["metadata"].as_object().if_contains("resourceVersion");
               version != nullptr && version->as_string() != std::to_string(version_)) {
      return Failure("kube-conflict");
    }
    Merge(*map, body);
    (*map)["metadata"].as_object()["resourceVersion"] = std::to_string(++version_);
    return json::serialize(*map);
  });
}

Status SharedCluster::Delete(const kube::ApiDelete& removal, Duration) {
  return faults.Around("delete " + removal.path, [&]() -> Status {
    if (removal.path.ends_with(kSharedMap)) map.reset();
    std::erase_if(revisions, [&](const Revision& one) { return removal.path.ends_with(one.release.secret); });
    return Ok();
  });
}

Result<CommandResult> SharedCluster::Run(const Command& command) {
  const std::string& word = command.arguments.at(1);
  if (word == "template") return Template(command);
  if (word == "upgrade") return Upgrade(command);
  if (word == "uninstall") return Uninstall();
  return Said(revisions.empty() ? "" : revisions.back().values);  // get values
}

Result<CommandResult> SharedCluster::Template(const Command& command) const {
  SharedRecord record;
  if (!TakeValues(command.input, record)) return Said("Error: execution error at (code/x.yaml): no", 1);
  std::string text;
  for (const auto& [name, location] : record.locations) {
    text += "---\nkind: Deployment\napiVersion: apps/v1\nmetadata: {name: code-" + name +
            ", labels: {deployment: " + name + "}}\nentry: |\n  " + location.entry.substr(location.entry.find('-')) +
            "---\nkind: Service\napiVersion: v1\n" + "metadata: {name: " + name + ", labels: {deployment: " + name +
            "}}\n";
  }
  return Said(text);
}

// One that helm does not report where it goes wrong.
void SharedCluster::Step(const std::string& name, const std::function<void()>& step) {
  static_cast<void>(faults.Around(name, [&]() -> Status {
    step();
    return Ok();
  }));
}

// As helm does it: a pending revision, the objects one by one, those that are gone last, and then it is deployed.
Result<CommandResult> SharedCluster::Upgrade(const Command& command) {
  if (!revisions.empty() && revisions.back().release.status == Release::Status::kPending)
    return Said("Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress", 1);
  ++upgrades_;
  SharedRecord wanted;
  TakeValues(command.input, wanted);
  Release release;
  release.name = kSharedRelease;
  release.version = revisions.empty() ? 1 : revisions.back().release.version + 1;
  release.status = Release::Status::kPending;
  release.secret = "sh.helm.release.v1." + release.name + ".v" + std::to_string(release.version);
  for (std::size_t i = 0; i + 1 < command.arguments.size(); ++i) {
    if (command.arguments[i] != "--labels") continue;
    const std::string& labels = command.arguments[i + 1];
    release.environment = "production";
    release.content = labels.substr(labels.find(std::string(kContent) + "=") + sizeof(kContent), 16);
  }
  if (!faults.Around("helm begins", [&]() -> Status {
        revisions.push_back({release, command.input});
        return Ok();
      }))
    return Said("Error: Kubernetes cluster unreachable", 1);
  for (const auto& [name, location] : wanted.locations) {
    const auto applied = faults.Around("helm applies " + name, [&]() -> Status {
      Running& running = deployments[name];
      if (running.entry != location.entry) running = {location.entry, running.generation + 1};
      return Ok();
    });
    if (applied) continue;
    revisions.back().release.status = Release::Status::kFailed;
    return Said("Error: UPGRADE FAILED: connection refused", 1);
  }
  std::vector<std::string> gone;
  for (const auto& [name, running] : deployments) {
    if (!wanted.locations.contains(name)) gone.push_back(name);
  }
  for (const std::string& name : gone) {
    Step("helm removes " + name, [&] { deployments.erase(name); });
  }
  Release::Status& status = revisions.back().release.status;
  Step("helm ends", [&] { status = Release::Status::kDeployed; });
  if (status == Release::Status::kPending) {
    status = Release::Status::kFailed;
    return Said("Error: UPGRADE FAILED: etcdserver: no", 1);
  }
  return Said("{\"version\": " + std::to_string(release.version) + "}");
}

Result<CommandResult> SharedCluster::Uninstall() {
  Step("helm uninstalls", [&] {
    revisions.clear();
    deployments.clear();
  });
  return Said("");
}

CommandResult SharedCluster::Said(const std::string& output, int code) {
  CommandResult result;
  result.exit_code = code;
  (code == 0 ? result.output : result.errors) = output;
  return result;
}

std::optional<Release> SharedCluster::release() const {
  return revisions.empty() ? std::nullopt : std::optional(revisions.back().release);
}

SharedRecord SharedCluster::record() const { return map ? ReadSharedRecord(json::serialize(*map)) : SharedRecord(); }

std::map<std::string, DeploymentView> SharedCluster::views() const {
  std::map<std::string, DeploymentView> views;
  for (const auto& [name, running] : deployments) {
    DeploymentView& view = views["code-" + name];
    view.name = "code-" + name;
    view.location = name;
    view.release = kSharedRelease;
    view.generation = view.observed_generation = running.generation;
    view.wanted = view.total = view.updated = view.available = 1;
  }
  return views;
}

}  // namespace dagitops::kubernetes
