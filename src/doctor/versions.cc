#include "dagitops/base/text.h"
#include "dagitops/base/version.h"

#include "doctor/checks.h"
#include "doctor/cluster.h"

namespace dagitops::doctor {
namespace {

void AddLauncher(const AskedWebserver& asked, Checks& checks) {
  const std::string& launcher = asked.instance->run_launcher;
  const std::string where = "run launcher, by " + asked.url;
  if (!KeepsRunsInside(launcher)) {
    return checks.push_back(Fine("run-launcher", where, launcher.empty() ? "not told" : launcher));
  }
  checks.push_back({Level::kWarning,
                    "run-launcher-in-server",
                    where,
                    launcher + ": runs live in the code servers, so a change waits for them or ends them (`runs`)",
                    "a launcher that gives runs pods of their own",
                    {"runLauncher: {type: K8sRunLauncher}  # values of the chart dagster"}});
}

// One that is told to differ; what names no version is taken for equal.
void Compare(const std::string& where, const std::string& version, const std::string& webserver, Checks& checks) {
  if (MinorOf(version).empty() || MinorOf(version) == MinorOf(webserver)) return;
  checks.push_back({Level::kWarning,
                    "dagster-version-skew",
                    where,
                    "Dagster " + version + " beside a webserver of " + webserver,
                    "the same minor version: Dagster proves no other pairs",
                    {"upgrade the older one: " + where}});
}

std::string TagOf(const std::string& image) {
  const std::size_t colon = image.rfind(':');
  const std::size_t slash = image.rfind('/');
  if (colon == std::string::npos || (slash != std::string::npos && colon < slash)) return "";
  return image.substr(colon + 1);
}

void AddSkew(const KubernetesFacts& facts, const DagsterInstance& first, Checks& checks) {
  const std::size_t before = checks.size();
  for (const AskedWebserver& asked : facts.asked) {
    if (asked.instance) Compare("webserver " + asked.url, asked.instance->version, first.version, checks);
  }
  if (facts.daemons && *facts.daemons) {
    for (const DagsterPod& pod : **facts.daemons) {
      Compare("daemon pod " + pod.name + ", by its image", TagOf(pod.image), first.version, checks);
    }
  }
  for (const auto& [location, version] : first.location_versions) {
    Compare("location " + location, version, first.version, checks);
  }
  for (const LookedChart& looked : facts.charts) {
    if (looked.found && *looked.found)
      Compare("chart " + looked.named, (**looked.found).version, first.version, checks);
  }
  if (checks.size() == before) checks.push_back(Fine("dagster-version", "Dagster", first.version));
}

}  // namespace

void AddVersions(const KubernetesFacts& facts, Checks& checks) {
  const AskedWebserver* first = nullptr;
  for (const AskedWebserver& asked : facts.asked) {
    if (asked.instance) {
      if (first == nullptr) first = &asked;
      checks.push_back(Fine("webserver-answers", asked.url, "GraphQL of Dagster " + asked.instance->version));
    } else {
      checks.push_back(Failed(asked.instance.error(), "webserver " + asked.url, "an answer by GraphQL",
                              {"environments: {" + facts.environment +
                               ": {dagster: {webserver: {pathPrefix: /dagster}}}}  # settings, where it has one"}));
      if (VerifiesReadiness(facts)) checks.back().level = Level::kWarning;  // serve is Ready without its answer
    }
  }
  if (first == nullptr) {
    const bool none = facts.selector.empty() && facts.webserver_url.empty();
    if (none) return;  // nobody is to be asked: verify: readiness
    return checks.push_back(NotLookedAt("dagster-version", "run launcher and versions", "no webserver answered"));
  }
  AddLauncher(*first, checks);
  AddSkew(facts, *first->instance, checks);
}

}  // namespace dagitops::doctor
