#include <algorithm>
#include <cctype>

#include "dagitops/base/text.h"
#include "dagitops/base/version.h"
#include "dagitops/doctor/examine.h"

#include "doctor/checks.h"
#include "doctor/cluster.h"

namespace dagitops::doctor {
namespace {

constexpr char kChartName[] = "dagster-user-deployments";

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
  return {Level::kWarning, "helm-unproven", where, version, "a helm 3, with which dagitops was tested", fix};
}

// Helm takes a range for a version, which is another chart once the repository has a newer one.
bool IsExact(const std::string& version) {
  const std::string number = version.starts_with('v') ? version.substr(1) : version;
  return std::count(number.begin(), number.end(), '.') >= 2 &&
         std::isdigit(static_cast<unsigned char>(number[0])) != 0 &&
         number.find_first_of("*xX<>~^|, ") == std::string::npos;
}

void AddJudgedBy(const KubernetesFacts& facts, const ChartFacts& chart, Checks& checks) {
  const std::vector<std::string>& known = facts.known_chart_versions;
  const std::string minor = MinorOf(chart.version);
  if (minor == facts.chart_version) return;
  const bool has = std::find(known.begin(), known.end(), minor) != known.end();
  const std::vector<std::string> fix{has ? Settings(facts, "chartVersion: \"" + minor + "\"")
                                         : "take a chart of " + Join(known, " or ") + ", or expect lint to judge by " +
                                               facts.chart_version};
  checks.push_back({Level::kWarning, "chart-judged-by-another", "chart " + facts.chart,
                    "it is " + chart.version + ", and entries are judged by " + facts.chart_version,
                    "the same minor version", fix});
}

void AddChart(const KubernetesFacts& facts, Checks& checks) {
  const std::string where = "chart " + facts.chart;
  if (!facts.chart_found) return checks.push_back(NotLookedAt("chart", where, "it takes a helm that works"));
  if (!*facts.chart_found) {
    const Error& error = facts.chart_found->error();
    return checks.push_back(Failed(error, where, std::string("the chart ") + kChartName + ", pinned",
                                   {Settings(facts, "kubernetes: {chart: {path: /charts/dagster-user-deployments}}")}));
  }
  const ChartFacts& chart = **facts.chart_found;
  if (chart.name != kChartName) {
    return checks.push_back({Level::kError,
                             "chart-another",
                             where,
                             "it is the chart " + chart.name,
                             kChartName,
                             {Settings(facts, "kubernetes: {chart: {path: /charts/dagster-user-deployments}}")}});
  }
  const std::size_t before = checks.size();
  if (!facts.chart_set_version.empty() && !IsExact(facts.chart_set_version)) {
    checks.push_back({Level::kWarning,
                      "chart-not-pinned",
                      where,
                      "its version is the range " + facts.chart_set_version,
                      "one version: another chart is a new release of every location",
                      {Settings(facts, "kubernetes: {chart: {version: \"" + chart.version + "\"}}")}});
  }
  AddJudgedBy(facts, chart, checks);
  if (checks.size() == before) checks.push_back(Fine("chart", where, chart.name + " " + chart.version));
}

}  // namespace

void AddHelm(const KubernetesFacts& facts, Checks& checks) {
  checks.push_back(HelmCheck(facts));
  AddChart(facts, checks);
}

}  // namespace dagitops::doctor
