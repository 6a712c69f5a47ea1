#include "dagitops/reconcile/pass_records.h"

#include <vector>

namespace dagitops::reconcile {
namespace {

constexpr char kNotYet[] = "no pass has ended yet";

class Nobody final : public PassWatcher {
 public:
  void Began(const std::string&) override {}
  void StepDone(const std::string&, std::string_view, Duration) override {}
  void Ended(const std::string&, const PassEnd&) override {}
  void Waiting(const std::string&, const std::string&) override {}
};

std::vector<MetricSeries> LocationSeries(const std::string& environment, const EnvironmentStatus& status) {
  std::vector<MetricSeries> series;
  for (const LocationStatus& location : status.locations)
    series.push_back({{environment, location.name, std::string(PhaseName(location.phase))}, 1});
  return series;
}

}  // namespace

PassWatcher& NobodyWatches() {
  static Nobody nobody;
  return nobody;
}

void PassRecords::Expect(const std::string& environment) {
  (*records_.lock())[environment] = {clock_.Steady(), kNotYet};
}

std::map<std::string, PassRecord> PassRecords::Read() { return *records_.lock(); }

void PassRecords::Began(const std::string& environment) { (*records_.lock())[environment].turned = clock_.Steady(); }

void PassRecords::StepDone(const std::string& environment, std::string_view step, Duration taken) {
  metrics_.Observe(Metric::kStepDuration, {environment, std::string(step)}, taken);
}

void PassRecords::Ended(const std::string& environment, const PassEnd& end) {
  {
    auto records = records_.lock();
    (*records)[environment].trouble = end.unobserved ? end.unobserved->Text() : "";
  }
  metrics_.Count(Metric::kReconcile, {environment, end.failed ? "error" : "success"});
  metrics_.Observe(Metric::kReconcileDuration, {environment}, end.taken);
  metrics_.Replace(Metric::kLocationInfo, environment, LocationSeries(environment, end.status));
}

void PassRecords::Waiting(const std::string& environment, const std::string& why) {
  {
    auto records = records_.lock();
    (*records)[environment] = {clock_.Steady(), why};
  }
  metrics_.Count(Metric::kReconcile, {environment, "waiting"});
  metrics_.Replace(Metric::kLocationInfo, environment, {});  // for its holder to tell
}

}  // namespace dagitops::reconcile
