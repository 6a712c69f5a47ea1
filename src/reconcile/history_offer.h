#pragma once

#include <optional>
#include <string>

#include "dagitops/base/clock.h"
#include "dagitops/model/decision.h"
#include "dagitops/model/status.h"
#include "dagitops/reconcile/history_reconciler.h"

#include "reconcile/history_record.h"

namespace dagitops::reconcile {

// Whether it is time for a record of what is not settled: nothing is on its way, or something has been for a minute.
// One location that does not come up must not keep the others' changes out of the history.
inline constexpr Duration kUnsettledPatience = std::chrono::minutes(1);

// Decides after each pass whether there is something to be written down, and offers it. Passes may come five times a
// second, so a state that was looked at is not looked at again.
class HistoryOffer {
 public:
  // nullptr: nothing is kept.
  explicit HistoryOffer(HistoryReconciler* recorder) : recorder_(recorder) {}

  void Offer(const RecordInput& input, WallTime now);

  // Something was, in this life.
  bool offered() const { return state_.has_value(); }

  // Adds to a status what a person should know of the history. `rebuilt` nullptr: the environment is not.
  void TellIn(EnvironmentStatus& status, const Rebuilt* rebuilt) const;

 private:
  bool IsTime(const EnvironmentStatus& status, WallTime now);

  HistoryReconciler* recorder_;
  std::optional<EnvironmentState> state_;  // of the record that was offered last
  std::string workspace_;
  std::optional<WallTime> unsettled_since_;
};

}  // namespace dagitops::reconcile
