#include "reconcile/status_writer.h"

#include <utility>

namespace dagitops::reconcile {
namespace {

constexpr Duration kOldest = std::chrono::seconds(10);

}  // namespace

bool IsWorthWriting(const EnvironmentStatus& before, const EnvironmentStatus& now) {
  const Duration age = now.updated - before.updated;
  if (age >= kOldest || age < Duration(0)) return true;  // the latter: the clock was set back
  EnvironmentStatus same_time = now;
  same_time.updated = before.updated;
  return same_time != before;
}

Status StatusWriter::Write(EnvironmentStatus status, bool in_any_case) {
  if (!in_any_case && last_ && !IsWorthWriting(*last_, status)) return Ok();
  last_.reset();  // of a write that fails nobody knows what is there
  DAGITOPS_TRY(store_.SaveStatus(status));
  last_ = std::move(status);
  return Ok();
}

}  // namespace dagitops::reconcile
