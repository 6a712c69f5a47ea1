#include "dagitops/target/kubernetes/gather_facts.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include <boost/json/serialize.hpp>

#include "dagitops/base/secret.h"
#include "dagitops/base/text.h"
#include "dagitops/target/kubernetes/chart_file.h"

#include "target/kubernetes/dagster_pod.h"
#include "target/kubernetes/helm.h"
#include "target/kubernetes/json_view.h"
#include "target/kubernetes/names.h"
#include "target/kubernetes/trial_pod.h"
#include "target/kubernetes/webservers.h"
#include "target/kubernetes/workload.h"

namespace dagitops::kubernetes {
namespace {

using doctor::Fact;
using doctor::KubernetesFacts;

constexpr Duration kCall = std::chrono::seconds(10);
constexpr std::size_t kTrials = 20;
constexpr std::size_t kAsked = 20;  // webservers

Result<boost::json::value> Created(kube::ApiClient& api, const std::string& path, const boost::json::object& body) {
  kube::ApiWrite write;
  write.kind = kube::ApiWrite::Kind::kCreate;
  write.path = path;
  write.body = boost::json::serialize(body);
  DAGITOPS_ASSIGN(const std::string answer, api.Write(write, kCall));
  return ParseJson(answer);
}

// https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/self-subject-review-v1/; since 1.28, so
// that it is not there is no failure.
std::string Account(kube::ApiClient& api) {
  const auto answer = Created(api, "/apis/authentication.k8s.io/v1/selfsubjectreviews",
                              {{"apiVersion", "authentication.k8s.io/v1"}, {"kind", "SelfSubjectReview"}});
  return answer ? JsonView(&*answer)["status"]["userInfo"]["username"].text() : "";
}

// https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-access-review-v1/
Result<bool> MayWe(kube::ApiClient& api, const std::string& name_space, const doctor::Right& right) {
  const std::size_t slash = right.resource.find('/');
  boost::json::object attributes{{"namespace", name_space},
                                 {"verb", right.verb},
                                 {"group", right.group},
                                 {"resource", right.resource.substr(0, slash)}};
  if (slash != std::string::npos) attributes["subresource"] = right.resource.substr(slash + 1);
  if (!right.name.empty()) attributes["name"] = right.name;
  DAGITOPS_ASSIGN(const boost::json::value answer,
                  Created(api, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                          {{"apiVersion", "authorization.k8s.io/v1"},
                           {"kind", "SelfSubjectAccessReview"},
                           {"spec", {{"resourceAttributes", std::move(attributes)}}}}));
  return JsonView(&answer)["status"]["allowed"].is_true();
}

Result<std::vector<doctor::RightAnswer>> AskRights(kube::ApiClient& api, const std::string& name_space,
                                                   const RightsScope& scope) {
  std::vector<doctor::RightAnswer> answers;
  for (doctor::Right& right : NeededRights(scope)) {
    DAGITOPS_ASSIGN(const bool allowed, MayWe(api, name_space, right));
    answers.push_back({std::move(right), allowed});
  }
  return answers;
}

bool Has(const KubernetesFacts& facts, std::string_view resource, std::string_view verb) {
  for (const doctor::RightAnswer& answer : **facts.rights) {
    if (answer.right.resource == resource && answer.right.verb == verb) return answer.allowed;
  }
  return false;
}

// A namespace that we may not look at, as by a Role of its own, is found by the dry run of a ConfigMap: a server that
// lets us make one tells whether the namespace is there.
Result<doctor::NamespaceFacts> ByDryRun(kube::ApiClient& api, const std::string& name_space, const Error& refused) {
  kube::ApiWrite write;
  write.kind = kube::ApiWrite::Kind::kCreate;
  write.path = CollectionPath("v1", name_space, "configmaps");
  write.body = boost::json::serialize(
      boost::json::object{{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", kTrialPod}}}});
  write.dry_run = true;
  const auto written = api.Write(write, kCall);
  if (written || written.error().code == "kube-exists") return doctor::NamespaceFacts{true, false};
  if (written.error().code == "kube-not-found") return doctor::NamespaceFacts{};
  if (written.error().message.find("is being terminated") != std::string::npos)
    return doctor::NamespaceFacts{true, true};
  return refused;
}

Result<doctor::NamespaceFacts> LookAtNamespace(kube::ApiClient& api, const std::string& name_space) {
  const auto answer = api.Get("/api/v1/namespaces/" + name_space, kCall);
  if (!answer && answer.error().code == "kube-not-found") return doctor::NamespaceFacts{};
  if (!answer && answer.error().code == "kube-forbidden") return ByDryRun(api, name_space, answer.error());
  if (!answer) return answer.error();
  const boost::json::value parsed = ParseJson(*answer);
  return doctor::NamespaceFacts{true, JsonView(&parsed)["status"]["phase"].text() == "Terminating"};
}

Result<std::map<std::string, std::string>> ListByName(kube::ApiClient& api, const std::string& path) {
  DAGITOPS_ASSIGN(const std::string answer, api.Get(path, kCall));
  const boost::json::value parsed = ParseJson(answer);
  std::map<std::string, std::string> objects;
  for (const boost::json::value& item : JsonView(&parsed)["items"].items()) {
    objects[JsonView(&item)["metadata"]["name"].text()] = boost::json::serialize(item);
  }
  return objects;
}

Result<std::vector<doctor::DagsterPod>> Pods(const std::map<std::string, std::string>& objects) {
  std::vector<doctor::DagsterPod> pods;
  for (const auto& [name, json] : objects) {
    const PodView view = ReadPod(name, json);
    if (!view.ending && !view.over) pods.push_back(ReadDagsterPod(name, json));
  }
  return pods;
}

// True when quota or admission refuses such a pod. A namespace that was just made has no account yet; and what is no
// pod at all is a fault of the location's own, which serve tells.
bool Refuses(const Error& error) {
  if (error.code != "kube-rejected" && error.code != "kube-forbidden") return false;
  const auto says = [&](std::string_view part) { return error.message.find(part) != std::string::npos; };
  return !says("error looking up service account") && !says("\" is invalid:");
}

Result<std::vector<doctor::RefusedPod>> TryPods(kube::ApiClient& api, const Options& options,
                                                const std::vector<std::shared_ptr<const CodeLocation>>& locations) {
  std::vector<doctor::RefusedPod> refused;
  const std::string path = CollectionPath("v1", options.name_space, "pods") + "/" + kTrialPod;
  for (std::size_t i = 0; i < std::min(locations.size(), kTrials); ++i) {
    const CodeLocation& location = *locations[i];
    if (location.settings.external) continue;
    const auto written = api.Write({kube::ApiWrite::Kind::kApply, path, TrialPod(location), true, false}, kCall);
    if (written) continue;
    const Error& error = written.error();
    if (Refuses(error)) {
      refused.push_back({location.name, error.message});
    } else if (error.kind == ErrorKind::kRetry) {
      return error;
    }
  }
  return refused;
}

// Code servers that the release of the webserver brought: those of the chart's subchart.
Result<std::vector<std::string>> Umbrella(kube::ApiClient& api, const Options& options, const KubernetesFacts& facts) {
  std::set<std::string> releases;
  for (const doctor::DagsterPod& pod : **facts.webservers) releases.insert(pod.release);
  releases.erase("");
  const std::string path = CollectionPath("apps/v1", options.name_space, "deployments", {kServers, ""});
  DAGITOPS_ASSIGN(const auto objects, ListByName(api, path));
  std::vector<std::string> names;
  for (const auto& [name, json] : objects) {
    if (releases.contains(ReadDeployment(name, json).release)) names.push_back(name);
  }
  return names;
}

void AskWebservers(const Options& options, const FactSeams& seams, const std::map<std::string, PodView>& pods,
                   KubernetesFacts& facts) {
  for (const WebserverEndpoint& endpoint : EndpointsOf(pods, options)) {
    if (facts.asked.size() == kAsked) break;
    facts.asked.push_back({CleanUrl(endpoint.url), seams.gateway.Instance(endpoint.url, kCall)});
  }
}

void LookAtWebservers(const Options& options, const FactSeams& seams, KubernetesFacts& facts) {
  const WebserverAccess& access = options.webservers;
  std::map<std::string, PodView> views;
  if (!access.selector.empty()) {
    const auto objects = ListByName(seams.api, CollectionPath("v1", options.name_space, "pods", {access.selector, ""}));
    if (!objects) {
      facts.webservers = objects.error();
      return;
    }
    for (const auto& [name, json] : *objects) views[name] = ReadPod(name, json);
    facts.webservers = Pods(*objects);
    if (Has(facts, "deployments", "list")) facts.umbrella = Umbrella(seams.api, options, facts);
  }
  AskWebservers(options, seams, views, facts);
}

void LookAtDaemons(const Options& options, kube::ApiClient& api, KubernetesFacts& facts) {
  const std::string& selector = options.webservers.daemon_selector;
  if (selector.empty()) return;
  const auto objects = ListByName(api, CollectionPath("v1", options.name_space, "pods", {selector, ""}));
  if (objects) {
    facts.daemons = Pods(*objects);
  } else {
    facts.daemons = objects.error();
  }
}

std::string ChartText(const ChartOptions& chart) {
  if (!chart.path.empty()) return chart.path;
  return chart.name + " " + chart.version + " of " + CleanUrl(chart.repository);
}

Result<std::string> Said(CommandRunner& commands, const Command& command, const std::string& about) {
  DAGITOPS_ASSIGN(CommandResult result, commands.Run(command));
  if (result.exit_code != 0 || result.timed_out) return HelmError(result, about);
  return std::string(Trim(result.output));
}

Result<doctor::ChartFacts> ShownChart(const HelmSettings& helm, const ChartOptions& chart, CommandRunner& commands) {
  auto text = Said(commands, ShowChartCommand(helm, chart), chart.name);
  if (text) return ReadChartFile(*text, ChartText(chart));
  Error error = text.error();
  error.code = "chart-unreadable";
  return error;
}

bool IsSet(const ChartOptions& chart) { return !chart.path.empty() || !chart.repository.empty(); }

doctor::LookedChart Looked(const ChartOptions& chart, const std::string& key, const std::string& wanted) {
  return {key, wanted, ChartText(chart), chart.path.empty() ? chart.version : "", std::nullopt};
}

}  // namespace

KubernetesFacts GivenFacts(const Options& options) {
  KubernetesFacts facts;
  facts.environment = options.environment;
  facts.name_space = options.name_space;
  facts.workspace_config_map = options.workspace_config_map;
  facts.charts.push_back(Looked(options.chart, "chart", "dagster-user-deployments"));
  if (IsSet(options.system_chart)) facts.charts.push_back(Looked(options.system_chart, "system.chart", "dagster"));
  facts.adopt = options.adopt;
  facts.helm_program = options.helm;
  facts.selector = options.webservers.selector;
  facts.daemon_selector = options.webservers.daemon_selector;
  facts.webserver_url = CleanUrl(options.webservers.url);
  return facts;
}

void GatherHelm(const Options& options, CommandRunner& commands, KubernetesFacts& facts) {
  const HelmSettings helm = HelmOf(options);
  facts.helm = Said(commands, VersionCommand(helm), "version");
  if (*facts.helm) {
    for (doctor::LookedChart& looked : facts.charts) {
      looked.found = ShownChart(helm, looked.key == "chart" ? options.chart : options.system_chart, commands);
    }
  } else if (facts.helm->error().code == "program-not-found") {
    Error error = facts.helm->error();
    error.code = "helm-missing";
    facts.helm = error;
  }
}

void GatherCluster(const Options& options, const RightsScope& rights, const FactSeams& seams,
                   const std::vector<std::shared_ptr<const CodeLocation>>& locations, KubernetesFacts& facts) {
  const auto version = seams.api.Get("/version", kCall);
  if (!version) {
    facts.version = version.error();
    return;
  }
  const boost::json::value parsed = ParseJson(*version);
  facts.version = JsonView(&parsed)["gitVersion"].text();
  facts.rights = AskRights(seams.api, options.name_space, rights);
  if (!*facts.rights) {  // who is not known may ask for the version all the same
    if (facts.rights->error().code == "kube-unauthorized") facts.version = facts.rights->error();
    if (facts.rights->error().code == "kube-unauthorized") facts.rights.reset();
    return;
  }
  facts.account = Account(seams.api);
  facts.state = LookAtNamespace(seams.api, options.name_space);
  if (*facts.state && !(**facts.state).exists) return;
  if (Has(facts, "pods", "create") && Has(facts, "pods", "patch"))
    facts.refused = TryPods(seams.api, options, locations);
  if (!Has(facts, "pods", "list")) return;
  LookAtWebservers(options, seams, facts);
  LookAtDaemons(options, seams.api, facts);
}

}  // namespace dagitops::kubernetes
