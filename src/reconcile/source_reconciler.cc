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

SourceReconciler::SourceReconciler(SourceSeams seams, SourceOptions options, std::function<void()> told)
    : seams_(seams), options_(options), told_(std::move(told)) {}

ReconcileResult SourceReconciler::Reconcile() {
  const bool asked = !due_ || seams_.clock.Steady() < *due_;
  const WallTime began = seams_.clock.Now();
  const SteadyTime start = seams_.clock.Steady();
  const auto head = seams_.source.Fetch(options_.timeout);
  seams_.metrics.Observe(Metric::kFetchDuration, {}, seams_.clock.Steady() - start);
  seams_.metrics.Count(Metric::kFetch, {head ? "success" : "error"});
  *seams_.report.lock() = {began, head ? std::nullopt : std::optional(head.error())};
  if (!head) Log(LogLevel::kWarning, "fetch failed", {{"error", head.error().Text()}});
  if (HasNews(head, asked) || asked) told_();
  const double spread = static_cast<double>(options_.interval.count()) * kJitter * seams_.random.Unit();
  const Duration next = options_.interval + Duration(static_cast<long long>(spread));
  due_ = seams_.clock.Steady() + next;
  return {next, std::nullopt};
}

bool SourceReconciler::HasNews(const Result<BranchHead>& head, bool asked) {
  const bool turned = std::exchange(failing_, !head) != failing_;
  if (!head) return turned;
  std::string text = HeadText(*head);
  const bool moved = text != last_head_;
  if (moved) Log(LogLevel::kInfo, "branch head found", {{"head", text}});
  if (moved && !asked) seams_.metrics.Count(Metric::kFoundOnlyByPoll, {});
  last_head_ = std::move(text);
  return moved || turned;
}

}  // namespace dagitops::reconcile
