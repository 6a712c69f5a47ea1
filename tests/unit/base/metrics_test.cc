#include "dagitops/base/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "dagitops/base/prometheus_metrics.h"

#include "support/shared_data.h"

namespace dagitops {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(MetricsTable, HasTheRowOfEachMetricAtItsPlace) {
  for (std::size_t i = 0; i < MetricsTable().size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(MetricsTable()[i].metric), i) << MetricsTable()[i].name;
  }
  EXPECT_EQ(MetricsTable().size(), static_cast<std::size_t>(Metric::kProcessStart) + 1) << "Metric's last one";
}

// https://prometheus.io/docs/practices/naming/
TEST(MetricsTable, NamesAsPrometheusWantsThem) {
  for (const MetricRow& row : MetricsTable()) {
    const std::string name(row.name);
    EXPECT_TRUE(std::regex_match(name, std::regex("(dagitops|process)_[a-z_]+"))) << name;
    EXPECT_EQ(name.ends_with("_total"), row.kind == MetricKind::kCounter) << name;
    EXPECT_TRUE(row.kind != MetricKind::kHistogram || name.ends_with("_seconds")) << name;
    for (const std::string& label : row.labels) EXPECT_TRUE(std::regex_match(label, std::regex("[a-z]+"))) << name;
  }
}

TEST(MetricsReference, IsWhatTheDocumentShows) {
  const std::string document = support::FileText(std::string(DAGITOPS_SOURCE_DIR) + "/docs/metrics.md");
  EXPECT_THAT(document, HasSubstr("<!-- metrics:begin -->\n" + MetricsReference() + "<!-- metrics:end -->"))
      << "copy this table into docs/metrics.md";
}

TEST(PrometheusMetrics, TellsEachKind) {
  PrometheusMetrics metrics;
  metrics.Count(Metric::kFetch, {"success"});
  metrics.Add(Metric::kFetch, {"success"}, 2);
  metrics.Count(Metric::kFetch, {"error"});
  metrics.Set(Metric::kQueueDepth, {}, 3);
  metrics.Set(Metric::kQueueDepth, {}, 1);
  metrics.Observe(Metric::kFetchDuration, {}, Duration(40));
  metrics.Observe(Metric::kFetchDuration, {}, Duration(2000));
  const std::string text = metrics.Text();
  EXPECT_THAT(text, HasSubstr("# TYPE dagitops_fetch_total counter\n"));
  EXPECT_THAT(text, HasSubstr("dagitops_fetch_total{result=\"success\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("dagitops_fetch_total{result=\"error\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("\ndagitops_queue_depth 1\n"));
  EXPECT_THAT(text, HasSubstr("dagitops_fetch_duration_seconds_bucket{le=\"0.1\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("dagitops_fetch_duration_seconds_bucket{le=\"+Inf\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("dagitops_fetch_duration_seconds_sum 2.04\n"));
}

TEST(PrometheusMetrics, BeginsCountersWithoutLabelsAtZero) {
  EXPECT_THAT(PrometheusMetrics().Text(), HasSubstr("\ndagitops_found_only_by_poll_total 0\n"));
}

TEST(PrometheusMetrics, ACounterOfSomebodyElseNeverGoesBack) {
  PrometheusMetrics metrics;
  metrics.Set(Metric::kProcessCpu, {}, 5);
  metrics.Set(Metric::kProcessCpu, {}, 4);
  EXPECT_THAT(metrics.Text(), HasSubstr("process_cpu_seconds_total 5\n"));
}

TEST(PrometheusMetrics, ReplacesTheSeriesOfOneAndLeavesTheOthers) {
  PrometheusMetrics metrics;
  metrics.Replace(Metric::kLocationInfo, "a", {{{"a", "sales", "loaded"}, 1}, {{"a", "orders", "loaded"}, 1}});
  metrics.Replace(Metric::kLocationInfo, "b", {{{"b", "sales", "held"}, 1}});
  metrics.Replace(Metric::kLocationInfo, "a", {{{"a", "sales", "held"}, 1}, {{"a", "orders", "loaded"}, 1}});
  const std::string text = metrics.Text();
  EXPECT_THAT(text, HasSubstr("{environment=\"a\",location=\"sales\",phase=\"held\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("{environment=\"a\",location=\"orders\",phase=\"loaded\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("{environment=\"b\",location=\"sales\",phase=\"held\"} 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("{environment=\"a\",location=\"sales\",phase=\"loaded\"}")));
  metrics.Replace(Metric::kLocationInfo, "a", {});
  EXPECT_THAT(metrics.Text(), Not(HasSubstr("environment=\"a\"")));
}

TEST(PrometheusMetrics, EscapesWhatOthersWrote) {
  PrometheusMetrics metrics;
  metrics.Set(Metric::kBuildInfo, {"a\"b\\c\nd"}, 1);
  EXPECT_THAT(metrics.Text(), HasSubstr("{version=\"a\\\"b\\\\c\\nd\"} 1\n"));
}

TEST(PrometheusMetrics, LooksUpItsSourcesForEachText) {
  PrometheusMetrics metrics;
  int asked = 0;
  metrics.AddSource([&](Metrics& into) { into.Set(Metric::kQueueDepth, {}, ++asked); });
  metrics.Text();
  EXPECT_THAT(metrics.Text(), HasSubstr("\ndagitops_queue_depth 2\n"));
}

}  // namespace
}  // namespace dagitops
