#include "dagitops/reconcile/source_reconciler.h"

#include <utility>

#include "dagitops/base/log.h"

namespace dagitops::reconcile {
namespace {

constexpr double kJitter = 0.05;

// One text for each thing a branch can point at.
std::string HeadText(const BranchHead& head) {
  switch (head.state) {
    case BranchHead::State::kPresent:
      return head.revision.id;
    case BranchHead::State::kBranchMissing:
      return "branch missing";
    case BranchHead::State::kRepositoryEmpty:
      return "repository empty";
  }
  return "";
}

}  // namespace

SourceReconciler::SourceReconciler(Source& source, SharedFetchReport& report, Random& random, SourceOptions options,
                                   std::function<void()> moved)
    : source_(source), report_(report), random_(random), options_(options), moved_(std::move(moved)) {}

ReconcileResult SourceReconciler::Reconcile() {
  const auto head = source_.Fetch(options_.timeout);
  {
    auto report = report_.lock();
    report->error = head ? std::nullopt : std::optional(head.error());
    report->fetched_once = true;
  }
  const auto spread = static_cast<long long>(static_cast<double>(options_.interval.count()) * kJitter * random_.Unit());
  const Duration next = options_.interval + Duration(spread);
  if (!head) {
    Log(LogLevel::kWarning, "fetch failed", {{"error", head.error().Text()}});
    if (std::exchange(first_, false)) moved_();  // what the mirror holds is still worth running
    return {next, std::nullopt};
  }
  const std::string text = HeadText(*head);
  if (first_ || text != last_head_) {
    Log(LogLevel::kInfo, "branch head found", {{"head", text}});
    moved_();
  }
  first_ = false;
  last_head_ = text;
  return {next, std::nullopt};
}

}  // namespace dagitops::reconcile
