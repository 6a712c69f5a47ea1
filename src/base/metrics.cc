#include "dagitops/base/metrics.h"

#include <utility>

namespace dagitops {
namespace {

using Kind = MetricKind;

std::vector<MetricRow> RowsOfPasses() {
  return {
      {Metric::kBuildInfo, "dagitops_build_info", Kind::kGauge, {"version"}, "1, with the version that runs"},
      {Metric::kReconcile,
       "dagitops_reconcile_total",
       Kind::kCounter,
       {"environment", "result"},
       "Passes that ended. result: success, error, or waiting (for the lease that another dagitops holds)"},
      {Metric::kReconcileDuration,
       "dagitops_reconcile_duration_seconds",
       Kind::kHistogram,
       {"environment"},
       "Time of a whole pass"},
      {Metric::kStepDuration,
       "dagitops_reconcile_step_duration_seconds",
       Kind::kHistogram,
       {"environment", "step"},
       "Time of one step of a pass; a pass that fails ends before its last step"},
      {Metric::kQueueDepth, "dagitops_queue_depth", Kind::kGauge, {}, "Passes that are due and have not begun"},
  };
}

// Git, the cluster, and whoever asks us.
std::vector<MetricRow> RowsOfOthers() {
  return {
      {Metric::kFetch,
       "dagitops_fetch_total",
       Kind::kCounter,
       {"result"},
       "Fetches of the workspace repository that ended. result: success or error"},
      {Metric::kFetchDuration, "dagitops_fetch_duration_seconds", Kind::kHistogram, {}, "Time of a fetch"},
      {Metric::kFoundOnlyByPoll,
       "dagitops_found_only_by_poll_total",
       Kind::kCounter,
       {},
       "New heads of the branch that a look at the interval found, since nobody told of them"},
      {Metric::kKubeRequests,
       "dagitops_kube_requests_total",
       Kind::kCounter,
       {"environment", "method", "code"},
       "Requests to the API server. code: the HTTP status, or 0 where no answer came"},
      {Metric::kHelm,
       "dagitops_helm_total",
       Kind::kCounter,
       {"environment", "operation", "result"},
       "Runs of helm that ended. operation: helm's command; result: success, error or timeout"},
      {Metric::kHelmDuration,
       "dagitops_helm_duration_seconds",
       Kind::kHistogram,
       {"environment", "operation"},
       "Time of a run of helm"},
      {Metric::kLocationInfo,
       "dagitops_location_info",
       Kind::kGauge,
       {"environment", "location", "phase"},
       "1 for each code location, with its phase as `dagitops status` tells it"},
      {Metric::kLeaseHeld,
       "dagitops_lease_held",
       Kind::kGauge,
       {"environment"},
       "1 while this dagitops holds the environment's lease, else 0; only where a lease is used"},
      {Metric::kHttpRequests,
       "dagitops_http_requests_total",
       Kind::kCounter,
       {"route", "code"},
       "Requests that this server answered. route: the path, or none where there is no such page"},
  };
}

std::vector<MetricRow> RowsOfProcess() {
  return {
      {Metric::kProcessCpu, "process_cpu_seconds_total", Kind::kCounter, {}, "User and system time of dagitops itself"},
      {Metric::kProcessMemory, "process_resident_memory_bytes", Kind::kGauge, {}, "Memory that dagitops has in use"},
      {Metric::kProcessVirtualMemory, "process_virtual_memory_bytes", Kind::kGauge, {}, "Its address space"},
      {Metric::kProcessOpenFiles, "process_open_fds", Kind::kGauge, {}, "Its open files"},
      {Metric::kProcessMaxFiles, "process_max_fds", Kind::kGauge, {}, "Files that it may have open"},
      {Metric::kProcessThreads, "process_threads", Kind::kGauge, {}, "Its threads"},
      {Metric::kProcessStart, "process_start_time_seconds", Kind::kGauge, {}, "When it started, in Unix time"},
  };
}

const std::vector<MetricRow>& Table() {
  static const std::vector<MetricRow> table = [] {
    std::vector<MetricRow> all;
    for (auto rows : {&RowsOfPasses, &RowsOfOthers, &RowsOfProcess}) {
      for (MetricRow& row : rows()) all.push_back(std::move(row));
    }
    return all;
  }();
  return table;
}

const char* WordOf(Kind kind) {
  if (kind == Kind::kCounter) return "counter";
  return kind == Kind::kGauge ? "gauge" : "histogram";
}

class Nowhere final : public Metrics {
 public:
  void Add(Metric, const LabelValues&, double) override {}
  void Set(Metric, const LabelValues&, double) override {}
  void Observe(Metric, const LabelValues&, Duration) override {}
  void Replace(Metric, const std::string&, const std::vector<MetricSeries>&) override {}
};

}  // namespace

std::span<const MetricRow> MetricsTable() { return Table(); }

const MetricRow& RowOf(Metric metric) { return Table()[static_cast<std::size_t>(metric)]; }

std::string MetricsReference() {
  std::string text = "| metric | type | labels | what it says |\n|---|---|---|---|\n";
  for (const MetricRow& row : Table()) {
    std::string labels;
    for (const std::string& label : row.labels) labels += (labels.empty() ? "`" : ", `") + label + "`";
    text += "| `" + std::string(row.name) + "` | " + WordOf(row.kind) + " | " + (labels.empty() ? "–" : labels) +
            " | " + std::string(row.help) + " |\n";
  }
  return text;
}

Metrics& NoMetrics() {
  static Nowhere nowhere;
  return nowhere;
}

}  // namespace dagitops
