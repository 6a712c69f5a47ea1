#include "dagitops/reconcile/history_reconciler.h"

#include <algorithm>
#include <utility>

#include "dagitops/base/digest.h"
#include "dagitops/base/log.h"

namespace dagitops::reconcile {
namespace {

constexpr Duration kFirstPause = std::chrono::seconds(30);
constexpr Duration kLongestPause = std::chrono::minutes(15);
constexpr Duration kQuickPause = std::chrono::seconds(5);  // a life without a state waits for the first answer
constexpr int kQuickTries = 3;
constexpr int kMostDoublings = 5;
constexpr std::size_t kDigits = 32;

// With a digest in the place of each file's bytes: enough to tell what changed, for a small part of the memory.
HistoryRecord Outline(const HistoryRecord& record) {
  HistoryRecord outline{record.environment, record.source, record.key, record.subject, {}, record.commit};
  for (const auto& [path, text] : record.files) outline.files[path] = ShortDigest(text, kDigits);
  return outline;
}

}  // namespace

HistoryReconciler::HistoryReconciler(HistoryWriter& writer, HistoryOptions options, Wakes wakes)
    : writer_(writer), options_(std::move(options)), wakes_(std::move(wakes)) {}

void HistoryReconciler::Offer(HistoryRecord record) {
  {
    auto shared = shared_.lock();
    if (shared->offered_key == record.key) return;
    shared->offered_key = record.key;
    shared->offered = std::move(record);
  }
  wakes_.worker();
}

bool HistoryReconciler::HasAsked() { return shared_.lock()->asked; }

std::vector<std::string> HistoryReconciler::Notes() {
  auto shared = shared_.lock();
  return shared->note.empty() ? std::vector<std::string>{} : std::vector<std::string>{shared->note};
}

// What others wrote to the remote is read before anything is written for the first time, so that a machine that starts
// anew goes on where the history ends. It need not succeed for that: records are kept here in any case.
ReconcileResult HistoryReconciler::Reconcile() {
  std::string unread;
  if (options_.push && !fetched_) {
    const auto fetched = writer_.Fetch(options_.timeout);
    fetched_ = fetched.has_value();
    read_ = false;
    if (!fetched) unread = "the history's remote cannot be read: " + fetched.error().Text();
  }
  // A remote that did not answer has not said that there is nothing.
  if ((fetched_ || !options_.push) && !std::exchange(shared_.lock()->asked, true)) wakes_.environment();
  if (auto kept = KeepOffered(); !kept) return Failed("the history cannot be written: " + kept.error().Text());
  if (!unread.empty()) return Failed(unread);
  if (!options_.push || !unpushed_) return {};
  if (auto pushed = writer_.Push(options_.timeout); !pushed) {
    return Failed("the newest history is on this machine alone: " + pushed.error().Text());
  }
  unpushed_ = false;
  read_ = false;  // somebody else's may be the newest now
  failures_ = 0;
  Note("");
  return {};
}

Status HistoryReconciler::KeepOffered() {
  auto offered = std::exchange(shared_.lock()->offered, std::nullopt);
  if (!offered) return Ok();
  Status kept = ReadNewest();
  if (kept && newest_ && newest_->key == offered->key) return Ok();
  if (kept) {
    HistoryRecord outline = Outline(*offered);
    offered->subject = DescribeChange(newest_ ? &*newest_ : nullptr, outline);
    const auto commit = writer_.Append(*offered);
    if (commit) {
      Log(LogLevel::kInfo, "history written",
          {{"environment", options_.environment}, {"commit", *commit}, {"change", offered->subject}});
      newest_ = std::move(outline);
      unpushed_ = true;
      return Ok();
    }
    kept = commit.error();
  }
  // Not lost: it is tried again, unless a newer one has come meanwhile.
  auto shared = shared_.lock();
  if (!shared->offered) shared->offered = std::move(*offered);
  return kept;
}

Status HistoryReconciler::ReadNewest() {
  if (read_) return Ok();
  newest_.reset();
  DAGITOPS_ASSIGN(const auto entries, writer_.List(1));
  if (!entries.empty()) {
    DAGITOPS_ASSIGN(const HistoryRecord newest, writer_.Read(entries.front().commit, ""));
    newest_ = Outline(newest);
  }
  read_ = true;
  return Ok();
}

void HistoryReconciler::Note(const std::string& text) {
  if (std::exchange(shared_.lock()->note, text) != text) wakes_.environment();
}

// Told in the log once, however often it is tried again.
ReconcileResult HistoryReconciler::Failed(const std::string& text) {
  if (Notes() != std::vector<std::string>{text}) {
    Log(LogLevel::kWarning, "history is behind", {{"environment", options_.environment}, {"reason", text}});
  }
  Note(text);
  if (options_.push && !fetched_ && ++unanswered_ <= kQuickTries) return {kQuickPause, std::nullopt};
  const Duration pause = std::min<Duration>(kFirstPause * (1 << std::min(failures_, kMostDoublings)), kLongestPause);
  ++failures_;
  return {pause, std::nullopt};
}

}  // namespace dagitops::reconcile
