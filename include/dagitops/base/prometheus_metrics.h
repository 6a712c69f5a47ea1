#pragma once

#include <functional>
#include <memory>
#include <string>

#include "dagitops/base/metrics.h"

namespace dagitops {

// Metrics kept in memory, for Prometheus to fetch. Safe to call from any thread, but for Text: one thread at a time.
class PrometheusMetrics final : public Metrics {
 public:
  PrometheusMetrics();
  ~PrometheusMetrics() override;

  void Add(Metric metric, const LabelValues& labels, double amount) override;
  void Set(Metric metric, const LabelValues& labels, double value) override;
  void Observe(Metric metric, const LabelValues& labels, Duration duration) override;
  void Replace(Metric metric, const std::string& first, const std::vector<MetricSeries>& series) override;

  // Sets what is looked up rather than kept. Called by Text, on its thread.
  void AddSource(std::function<void(Metrics&)> source);

  // The exposition format 0.0.4. https://prometheus.io/docs/instrumenting/exposition_formats/
  std::string Text();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dagitops
