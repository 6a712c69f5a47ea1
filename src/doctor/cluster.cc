#include "doctor/cluster.h"

#include <map>
#include <set>

#include "dagitops/base/text.h"
#include "dagitops/base/version.h"
#include "dagitops/doctor/examine.h"

#include "doctor/checks.h"

namespace dagitops::doctor {
namespace {

std::string NamespaceOf(const KubernetesFacts& facts) { return "namespace " + facts.name_space; }

// What serve would know of the cluster before it asks anything.
Check Access(const KubernetesFacts& facts) {
  const Error& error = facts.access.error();
  if (facts.kubeconfig.empty()) {
    return Failed(error, "the pod's account", "an account of a cluster, or a kubeconfig",
                  {"environments: {" + facts.environment +
                   ": {kubernetes: {kubeconfig: /etc/dagitops/kubeconfig}}}  # settings, outside of a cluster"});
  }
  Check check =
      Failed(error, "kubeconfig " + facts.kubeconfig, "a kubeconfig that can be read, with the files that it names");
  if (error.subject != facts.kubeconfig) check.found = error.subject + ": " + error.message;
  check.fix.push_back("environments: {" + facts.environment + ": {kubernetes: {kubeconfig: " + facts.kubeconfig +
                      "}}}  # settings; name one that can be read");
  return check;
}

Check ApiServer(const KubernetesFacts& facts) {
  const std::string account = facts.account.empty() ? "" : " as " + facts.account;
  if (!facts.access) return Access(facts);
  if (!facts.version) return NotLookedAt("api-server", "API server", "it is not known where it is");
  if (!*facts.version) {
    return Failed(facts.version->error(), "API server", "a server that answers and takes our credentials",
                  facts.version->error().hint.empty()
                      ? std::vector<std::string>{"kubectl get --raw /version  # with the same kubeconfig"}
                      : std::vector<std::string>{});
  }
  const std::string& version = **facts.version;
  if (AtLeast(version, kOldestKubernetes)) return Fine("api-server", "API server", "Kubernetes " + version + account);
  return {Level::kError,
          "kubernetes-too-old",
          "API server",
          "Kubernetes " + version,
          std::string(kOldestKubernetes) + " or newer",
          {"upgrade the cluster"}};
}

Check Namespace(const KubernetesFacts& facts) {
  const std::string where = NamespaceOf(facts);
  if (!facts.state) return NotLookedAt("namespace", where, "the API server could not be asked");
  if (!*facts.state) return Failed(facts.state->error(), where, "a namespace that we may look at");
  const NamespaceFacts& state = **facts.state;
  const std::vector<std::string> create{"kubectl create namespace " + facts.name_space};
  if (!state.exists) return {Level::kError, "namespace-missing", where, "it is not there", "a namespace", create};
  if (!state.ending) return Fine("namespace", where, "is there");
  return {Level::kError,         "namespace-ending",       where,
          "it is being deleted", "a namespace that stays", {create.front() + "  # once it is gone"}};
}

struct Missing {
  std::vector<std::string> verbs;
  std::string why;
};

std::string RuleText(const Right& right, const std::vector<std::string>& verbs) {
  const std::string group = right.group.empty() ? "\"\"" : right.group;
  const std::string names = right.name.empty() ? "" : ", resourceNames: [" + right.name + "]";
  return "- {apiGroups: [" + group + "], resources: [" + right.resource + "], verbs: [" + Join(verbs, ", ") + "]" +
         names + "}";
}

// One finding for each kind of object, or each that is named: the rule that fixes it is one line.
void AddMissing(const KubernetesFacts& facts, Right::Use use, Checks& checks) {
  std::map<std::string, std::pair<Right, Missing>> missing;
  for (const RightAnswer& answer : **facts.rights) {
    const Right& right = answer.right;
    if (answer.allowed || right.use != use) continue;
    auto& [sample, found] = missing[right.group + "/" + right.resource + "/" + right.name];
    sample = right;
    found.verbs.push_back(right.verb);
    if (found.why.find(right.why) == std::string::npos) found.why += (found.why.empty() ? "" : "; ") + right.why;
  }
  const bool used = use == Right::Use::kUsed;
  for (const auto& [key, entry] : missing) {
    const auto& [right, found] = entry;
    const std::string resource = right.resource + (right.group.empty() ? "" : "." + right.group);
    checks.push_back({used ? Level::kError : Level::kWarning,
                      used ? "right-missing" : "right-to-give-missing",
                      resource + (right.name.empty() ? "" : " " + right.name) + " in " + NamespaceOf(facts),
                      "we may not " + Join(found.verbs, ", ") + " them",
                      "needed: " + found.why,
                      {RuleText(right, found.verbs) + "  # a rule of the Role"}});
  }
}

void AddRights(const KubernetesFacts& facts, Checks& checks) {
  const std::string where = "rights in " + NamespaceOf(facts);
  if (!facts.rights) return checks.push_back(NotLookedAt("rights", where, "the API server could not be asked"));
  if (!*facts.rights)
    return checks.push_back(Failed(facts.rights->error(), where, "a server that says what we may do"));
  const std::size_t before = checks.size();
  AddMissing(facts, Right::Use::kUsed, checks);
  AddMissing(facts, Right::Use::kGiven, checks);
  const std::string count = std::to_string((**facts.rights).size());
  if (checks.size() == before) checks.push_back(Fine("rights", where, "all " + count + " are there"));
}

// https://kubernetes.io/docs/concepts/security/pod-security-admission/ and …/policy/resource-quotas/: the words of
// both.
std::vector<std::string> FixFor(const std::string& words, const KubernetesFacts& facts) {
  const std::string file = "  # environments/" + facts.environment + "/defaults.yaml";
  const auto says = [&](std::string_view part) { return words.find(part) != std::string::npos; };
  if (says("violates PodSecurity")) {
    return {"podSecurityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}" + file,
            "securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}" + file};
  }
  if (says("must specify")) {
    return {"resources: {requests: {cpu: 100m, memory: 256Mi}, limits: {cpu: \"1\", memory: 1Gi}}" + file};
  }
  if (says("exceeded quota")) return {"kubectl --namespace " + facts.name_space + " describe resourcequota"};
  return {"give the location what the policy asks for" + file};
}

void AddRefused(const KubernetesFacts& facts, Checks& checks) {
  const std::string where = "pods in " + NamespaceOf(facts);
  if (!facts.refused) return checks.push_back(NotLookedAt("pods", where, "they could not be tried"));
  if (!*facts.refused) return checks.push_back(Failed(facts.refused->error(), where, "a dry run of a location's pod"));
  if ((**facts.refused).empty()) return checks.push_back(Fine("pods", where, "taken in, by a dry run"));
  std::map<std::string, std::vector<std::string>> by_words;
  for (const RefusedPod& pod : **facts.refused) by_words[pod.words].push_back(pod.location);
  for (const auto& [words, locations] : by_words) {
    checks.push_back({Level::kError, "pods-refused", where, "refused for " + Join(locations, ", ") + ": " + words,
                      "pods that quota and admission policy let in", FixFor(words, facts)});
  }
}

}  // namespace

void AddCluster(const KubernetesFacts& facts, Checks& checks) {
  checks.push_back(ApiServer(facts));
  checks.push_back(Namespace(facts));
  AddRights(facts, checks);
  AddRefused(facts, checks);
}

void AddPolicy(const KubernetesFacts& facts, Checks& checks) {
  const auto& workspace = facts.workspace;
  if (!workspace || !*workspace || !facts.composed || !*facts.composed) return;  // told as that already
  const std::vector<std::string>& allowed = (**workspace).allowed;
  if (!allowed.empty()) return checks.push_back(Fine("policy", "dagitops.yaml", "images from " + Join(allowed, ", ")));
  std::set<std::string> registries;
  for (const std::string& repository : (**facts.composed).repositories) {
    registries.insert(repository.substr(0, repository.rfind('/')));
  }
  const std::vector<std::string> used(registries.begin(), registries.end());
  const std::string list = used.empty() ? "registry.example.com/team" : Join(used, ", ");
  checks.push_back({Level::kWarning,
                    "policy-no-registries",
                    "dagitops.yaml",
                    "images of any registry may run: who can merge can run anything here",
                    "the registries that code comes from",
                    {"policy: {registries: [" + list + "]}  # dagitops.yaml"}});
}

}  // namespace dagitops::doctor
