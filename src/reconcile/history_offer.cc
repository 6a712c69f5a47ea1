#include "reconcile/history_offer.h"

#include <algorithm>

namespace dagitops::reconcile {
namespace {

bool IsSettled(const EnvironmentStatus& status) {
  return std::any_of(status.conditions.begin(), status.conditions.end(), [](const Condition& condition) {
    return condition.type == "Reconciling" && condition.truth == Condition::Truth::kFalse;
  });
}

}  // namespace

void HistoryOffer::Offer(const RecordInput& input, WallTime now) {
  if (recorder_ == nullptr) return;
  if (state_ == input.state && workspace_ == input.workspace) {
    unsettled_since_.reset();
    return;
  }
  if (!IsTime(input.status, now)) return;
  recorder_->Offer(MakeRecord(input));
  state_ = input.state;
  workspace_ = input.workspace;
  unsettled_since_.reset();
}

bool HistoryOffer::IsTime(const EnvironmentStatus& status, WallTime now) {
  if (IsSettled(status)) return true;
  if (!unsettled_since_ || *unsettled_since_ > now) unsettled_since_ = now;  // the latter: the clock was set back
  return now - *unsettled_since_ >= kUnsettledPatience;
}

void HistoryOffer::TellIn(EnvironmentStatus& status, const Rebuilt* rebuilt) const {
  if (rebuilt) {
    status.notes.push_back("as recorded in " + rebuilt->commit.substr(0, 8) +
                           " of the history; a plain `dagitops apply` follows the branch again");
  }
  if (recorder_ == nullptr) return;
  const auto notes = recorder_->Notes();
  status.notes.insert(status.notes.end(), notes.begin(), notes.end());
}

}  // namespace dagitops::reconcile
