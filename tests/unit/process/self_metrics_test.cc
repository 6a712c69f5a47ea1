#include "dagitops/process/self_metrics.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <map>

namespace dagitops {
namespace {

class Kept final : public Metrics {
 public:
  void Add(Metric, const LabelValues&, double) override {}
  void Set(Metric metric, const LabelValues&, double value) override { values[metric] = value; }
  void Observe(Metric, const LabelValues&, Duration) override {}
  void Replace(Metric, const std::string&, const std::vector<MetricSeries>&) override {}
  std::map<Metric, double> values;
};

TEST(TellOwnProcess, TellsWhatIsPlausible) {
  Kept metrics;
  TellOwnProcess(metrics);
  auto& values = metrics.values;
  const double now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  EXPECT_NEAR(values[Metric::kProcessStart], now, 600);
  EXPECT_GT(values[Metric::kProcessMemory], 1e6);
  EXPECT_LT(values[Metric::kProcessMemory], values[Metric::kProcessVirtualMemory]);
  EXPECT_EQ(values[Metric::kProcessThreads], 1);
  EXPECT_GE(values[Metric::kProcessCpu], 0);
  EXPECT_LT(values[Metric::kProcessCpu], 600);
  EXPECT_GT(values[Metric::kProcessMaxFiles], values[Metric::kProcessOpenFiles]);
  const double before = values[Metric::kProcessOpenFiles];
  const int more = dup(0);
  TellOwnProcess(metrics);
  EXPECT_EQ(values[Metric::kProcessOpenFiles], before + 1);
  close(more);
}

}  // namespace
}  // namespace dagitops
