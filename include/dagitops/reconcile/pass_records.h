#pragma once

#include <map>
#include <optional>
#include <string>

#include "dagitops/base/clock.h"
#include "dagitops/base/metrics.h"
#include "dagitops/base/sync.h"
#include "dagitops/reconcile/pass_watcher.h"

namespace dagitops::reconcile {

// How the passes of one environment go.
struct PassRecord {
  SteadyTime turned{};  // when the newest pass began, or was to begin and was waited for
  std::string trouble;  // why the newest one could not observe its target, or is waited for; empty: it could
};

// Keeps what there is to tell of the passes: as metrics, and for whoever asks how the daemon is. Safe to call from any
// thread.
class PassRecords final : public PassWatcher {
 public:
  PassRecords(const Clock& clock, Metrics& metrics) : clock_(clock), metrics_(metrics) {}

  // From now on it is asked about; its first pass is expected.
  void Expect(const std::string& environment);
  std::map<std::string, PassRecord> Read();  // by environment

  void Began(const std::string& environment) override;
  void StepDone(const std::string& environment, std::string_view step, Duration taken) override;
  void Ended(const std::string& environment, const PassEnd& end) override;
  void Waiting(const std::string& environment, const std::string& why) override;

 private:
  const Clock& clock_;
  Metrics& metrics_;
  Sync<std::map<std::string, PassRecord>> records_;
};

}  // namespace dagitops::reconcile
