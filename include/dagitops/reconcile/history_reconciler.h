#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/base/error.h"
#include "dagitops/base/sync.h"
#include "dagitops/model/history.h"
#include "dagitops/reconcile/reconciler.h"
#include "dagitops/source/history_writer.h"

namespace dagitops::reconcile {

struct HistoryOptions {
  std::string environment;
  bool push = true;                             // false: kept on this machine alone
  Duration timeout = std::chrono::seconds(60);  // of one exchange with the remote
};

// Keeps the history of one environment: writes down the newest record that was offered if it is another one than the
// last, and hands it on to the remote. A reconciler of its own, so that a remote that hangs delays no pass. A remote
// that cannot be reached, or refuses, is told and asked again, after 30 s at first, then less and less up to every 15
// min; the records wait on this machine meanwhile.
class HistoryReconciler final : public Reconciler {
 public:
  struct Wakes {
    std::function<void()> worker;       // there is a record to write down: Reconcile is to be called soon
    std::function<void()> environment;  // Notes says something else, or HasAsked does
  };
  HistoryReconciler(HistoryWriter& writer, HistoryOptions options, Wakes wakes);

  ReconcileResult Reconcile() override;

  // From the environment's thread: how it stands now. Costs nothing when that is what was offered last.
  void Offer(HistoryRecord record);
  // The remote has answered what others wrote, or none is to be asked. From any thread.
  bool HasAsked();
  // What a person should know: why the remote does not have the newest records. From any thread.
  std::vector<std::string> Notes();

 private:
  struct Shared {
    std::optional<HistoryRecord> offered;
    std::string offered_key;  // of the newest one, also after it was taken
    std::string note;
    bool asked = false;
  };

  Status KeepOffered();
  Status ReadNewest();
  void Note(const std::string& text);
  ReconcileResult Failed(const std::string& text);

  HistoryWriter& writer_;
  HistoryOptions options_;
  Wakes wakes_;
  Sync<Shared> shared_;
  // Of the thread that reconciles alone.
  bool fetched_ = false;
  bool unpushed_ = true;                 // or not known
  bool read_ = false;                    // newest_ is what the history has
  std::optional<HistoryRecord> newest_;  // with digests in the place of its files' bytes
  int failures_ = 0;
  int unanswered_ = 0;  // fetches, before the first that was answered
};

}  // namespace dagitops::reconcile
