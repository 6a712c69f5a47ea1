#include <algorithm>
#include <cctype>

#include "dagitops/base/text.h"
#include "dagitops/base/version.h"
#include "dagitops/doctor/examine.h"

#include "doctor/checks.h"
#include "doctor/cluster.h"

namespace dagitops::doctor {
namespace {

constexpr char kCodeChart[] = "dagster-user-deployments";

std::string Settings(const KubernetesFacts& facts, const std::string& line) {
  return "environments: {" + facts.environment + ": {" + line + "}}  # settings";
}

Check HelmCheck(const KubernetesFacts& facts) {
  const std::string where = "helm, by " + facts.helm_program;
  const std::string expected = std::string(kOldestHelm) + " or newer";
  const std::vector<std::string> fix{Settings(facts, "kubernetes: {helm: /usr/local/bin/helm}") + "; a newer one"};
  if (!facts.helm) return NotLookedAt("helm", where, "it was not called");
  if (!*facts.helm) return Failed(facts.helm->error(), where, expected, fix);
  const std::string& version = **facts.helm;
  if (!AtLeast(version, kOldestHelm)) return {Level::kError, "helm-too-old", where, version, expected, fix};
  if (!AtLeast(version, kFirstUnprovenHelm)) return Fine("helm", where, version);
  return {Level::kWarning, "helm-unproven", where, version, "a helm 3 or 4, with which dagitops was tested", fix};
}

// Helm takes a range for a version, which is another chart once the repository has a newer one.
bool IsExact(const std::string& version) {
  const std::string number = version.starts_with('v') ? version.substr(1) : version;
  return std::count(number.begin(), number.end(), '.') >= 2 &&
         std::isdigit(static_cast<unsigned char>(number[0])) != 0 &&
         number.find_first_of("*xX<>~^|, ") == std::string::npos;
}

void AddJudgedBy(const KubernetesFacts& facts, const LookedChart& looked, Checks& checks) {
  const std::vector<std::string>& known = facts.known_chart_versions;
  const std::string& version = (**looked.found).version;
  const std::string minor = MinorOf(version);
  if (looked.wanted != kCodeChart || minor == facts.chart_version) return;
  const bool has = std::find(known.begin(), known.end(), minor) != known.end();
  const std::vector<std::string> fix{has ? Settings(facts, "chartVersion: \"" + minor + "\"")
                                         : "take a chart of " + Join(known, " or ") + ", or expect lint to judge by " +
                                               facts.chart_version};
  checks.push_back({Level::kWarning, "chart-judged-by-another", "chart " + looked.named,
                    "it is " + version + ", and entries are judged by " + facts.chart_version, "the same minor version",
                    fix});
}

// "chart: {path: …}" or "system: {chart: {path: …}}".
std::string ChartSetting(const KubernetesFacts& facts, const LookedChart& looked, const std::string& line) {
  const std::string chart = "chart: {" + line + "}";
  return Settings(facts, "kubernetes: {" + (looked.wanted == kCodeChart ? chart : "system: {" + chart + "}") + "}");
}

void AddChart(const KubernetesFacts& facts, const LookedChart& looked, Checks& checks) {
  const std::string where = "chart " + looked.named;
  const std::vector<std::string> another{ChartSetting(facts, looked, "path: /charts/" + looked.wanted)};
  if (!looked.found) return checks.push_back(NotLookedAt("chart", where, "it takes a helm that works"));
  if (!*looked.found) {
    return checks.push_back(Failed(looked.found->error(), where, "the chart " + looked.wanted + ", pinned", another));
  }
  const ChartFacts& chart = **looked.found;
  if (chart.name != looked.wanted) {
    return checks.push_back(
        {Level::kError, "chart-another", where, "it is the chart " + chart.name, looked.wanted, another});
  }
  const std::size_t before = checks.size();
  if (!looked.set_version.empty() && !IsExact(looked.set_version)) {
    checks.push_back({Level::kWarning,
                      "chart-not-pinned",
                      where,
                      "its version is the range " + looked.set_version,
                      "one version: another chart is a new release of all that is made from it",
                      {ChartSetting(facts, looked, "version: \"" + chart.version + "\"")}});
  }
  AddJudgedBy(facts, looked, checks);
  if (checks.size() == before) checks.push_back(Fine("chart", where, chart.name + " " + chart.version));
}

}  // namespace

void AddHelm(const KubernetesFacts& facts, Checks& checks) {
  checks.push_back(HelmCheck(facts));
  for (const LookedChart& looked : facts.charts) AddChart(facts, looked, checks);
}

}  // namespace dagitops::doctor
