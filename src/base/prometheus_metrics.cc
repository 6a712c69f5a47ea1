#include "dagitops/base/prometheus_metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <map>
#include <utility>
#include <variant>

#include "dagitops/base/sync.h"

namespace dagitops {
namespace {

using Counters = prometheus::Family<prometheus::Counter>*;
using Gauges = prometheus::Family<prometheus::Gauge>*;
using Histograms = prometheus::Family<prometheus::Histogram>*;
using AnyFamily = std::variant<Counters, Gauges, Histograms>;

// From a pass that finds nothing to do up to the deadline of a helm.
const prometheus::Histogram::BucketBoundaries kSeconds{0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300};

AnyFamily MakeFamily(const MetricRow& row, prometheus::Registry& registry) {
  const std::string name(row.name);
  const std::string help(row.help);
  if (row.kind == MetricKind::kCounter) return &prometheus::BuildCounter().Name(name).Help(help).Register(registry);
  if (row.kind == MetricKind::kGauge) return &prometheus::BuildGauge().Name(name).Help(help).Register(registry);
  return &prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
}

// A value too few or too many is a bug of ours that must not cost more than the series.
prometheus::Labels LabelsOf(const MetricRow& row, const LabelValues& values) {
  prometheus::Labels labels;
  for (std::size_t i = 0; i < row.labels.size(); ++i) labels[row.labels[i]] = i < values.size() ? values[i] : "";
  return labels;
}

}  // namespace

struct PrometheusMetrics::Impl {
  // By first label: the series of a gauge that come and go.
  using Replaced = std::map<std::pair<Metric, std::string>, std::vector<prometheus::Gauge*>>;

  template <class Family>
  auto& Series(Metric metric, const LabelValues& labels) {
    return std::get<Family>(families[static_cast<std::size_t>(metric)])->Add(LabelsOf(RowOf(metric), labels));
  }

  // A counter that nothing has happened to yet is there at 0, where its labels are known.
  Impl() {
    for (const MetricRow& row : MetricsTable()) {
      families.push_back(MakeFamily(row, registry));
      if (row.kind == MetricKind::kCounter && row.labels.empty()) Series<Counters>(row.metric, {});
    }
  }

  prometheus::Registry registry;
  std::vector<AnyFamily> families;  // in the order of Metric; not changed after construction
  Sync<Replaced> replaced;
  Sync<std::vector<std::function<void(Metrics&)>>> sources;
};

PrometheusMetrics::PrometheusMetrics() : impl_(std::make_unique<Impl>()) {}
PrometheusMetrics::~PrometheusMetrics() = default;

void PrometheusMetrics::Add(Metric metric, const LabelValues& labels, double amount) {
  impl_->Series<Counters>(metric, labels).Increment(amount);
}

void PrometheusMetrics::Set(Metric metric, const LabelValues& labels, double value) {
  if (RowOf(metric).kind == MetricKind::kGauge) return impl_->Series<Gauges>(metric, labels).Set(value);
  prometheus::Counter& counter = impl_->Series<Counters>(metric, labels);
  counter.Increment(std::max(0.0, value - counter.Value()));
}

void PrometheusMetrics::Observe(Metric metric, const LabelValues& labels, Duration duration) {
  const prometheus::Labels wanted = LabelsOf(RowOf(metric), labels);
  std::get<Histograms>(impl_->families[static_cast<std::size_t>(metric)])
      ->Add(wanted, kSeconds)
      .Observe(static_cast<double>(duration.count()) / 1000);
}

void PrometheusMetrics::Replace(Metric metric, const std::string& first, const std::vector<MetricSeries>& series) {
  const Gauges family = std::get<Gauges>(impl_->families[static_cast<std::size_t>(metric)]);
  auto replaced = impl_->replaced.lock();
  std::vector<prometheus::Gauge*>& old = (*replaced)[{metric, first}];
  std::vector<prometheus::Gauge*> kept;
  for (const MetricSeries& one : series) {
    prometheus::Gauge& gauge = family->Add(LabelsOf(RowOf(metric), one.labels));
    gauge.Set(one.value);
    kept.push_back(&gauge);
  }
  for (prometheus::Gauge* gauge : old) {
    if (std::find(kept.begin(), kept.end(), gauge) == kept.end()) family->Remove(gauge);
  }
  old = std::move(kept);
}

void PrometheusMetrics::AddSource(std::function<void(Metrics&)> source) {
  impl_->sources.lock()->push_back(std::move(source));
}

std::string PrometheusMetrics::Text() {
  const auto sources = *impl_->sources.lock();
  for (const auto& source : sources) source(*this);
  return prometheus::TextSerializer().Serialize(impl_->registry.Collect());
}

}  // namespace dagitops
