#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dagitops/base/clock.h"

namespace dagitops {

// Everything that is counted. What each one is called and says is its row in MetricsTable().
enum class Metric {
  kBuildInfo,
  kReconcile,
  kReconcileDuration,
  kStepDuration,
  kQueueDepth,
  kFetch,
  kFetchDuration,
  kFoundOnlyByPoll,
  kKubeRequests,
  kHelm,
  kHelmDuration,
  kLocationInfo,
  kLeaseHeld,
  kHttpRequests,
  kProcessCpu,
  kProcessMemory,
  kProcessVirtualMemory,
  kProcessOpenFiles,
  kProcessMaxFiles,
  kProcessThreads,
  kProcessStart,
};

enum class MetricKind { kCounter, kGauge, kHistogram };

// Names and units as https://prometheus.io/docs/practices/naming/ wants them.
struct MetricRow {
  Metric metric;
  std::string_view name;
  MetricKind kind;
  std::vector<std::string> labels;
  std::string_view help;
};

// One row for each Metric, in its order; docs/metrics.md shows it.
std::span<const MetricRow> MetricsTable();
const MetricRow& RowOf(Metric metric);

// As docs/metrics.md shows it.
std::string MetricsReference();

using LabelValues = std::vector<std::string>;  // one for each label of the row, in its order

struct MetricSeries {
  LabelValues labels;
  double value = 0;
};

// Where numbers go. Safe to call from any thread; never throws.
class Metrics {
 public:
  virtual ~Metrics() = default;
  // Counters.
  virtual void Add(Metric metric, const LabelValues& labels, double amount) = 0;
  // Gauges; and counters that somebody else counts, which never go back.
  virtual void Set(Metric metric, const LabelValues& labels, double value) = 0;
  // Histograms, in seconds.
  virtual void Observe(Metric metric, const LabelValues& labels, Duration duration) = 0;
  // A gauge whose series come and go: of those whose first label is `first`, exactly these are there from now on.
  virtual void Replace(Metric metric, const std::string& first, const std::vector<MetricSeries>& series) = 0;

  void Count(Metric metric, const LabelValues& labels) { Add(metric, labels, 1); }
};

// For whom nobody asks: keeps nothing.
Metrics& NoMetrics();

}  // namespace dagitops
