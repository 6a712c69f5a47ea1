#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/base/result.h"
#include "dagitops/model/history.h"

namespace dagitops {

// The history of one environment: a line of records, the newest last. Records are kept on this machine first; Push
// hands them on to the remote. What others wrote there is kept, with ours behind it. One thread for each object;
// several objects and processes may use one history.
class HistoryWriter {
 public:
  virtual ~HistoryWriter() = default;
  // Newest first, at most `limit`.
  virtual Result<std::vector<HistoryEntry>> List(std::size_t limit) = 0;
  // The record of a commit: its id, 7 or more digits of it, or "latest"; steps to an ancestor may follow (`latest~2`).
  // `only`: just this file, "" for all. kInvalid history-unknown: the history has no such record, or not that file.
  virtual Result<HistoryRecord> Read(std::string_view name, std::string_view only) = 0;
  // Keeps a record, without network; the commit's id. The record that is the newest already is not kept twice.
  virtual Result<std::string> Append(const HistoryRecord& record) = 0;
  // Brings what the remote has. Nothing where there is no remote.
  virtual Status Fetch(Duration deadline) = 0;
  // Hands over what the remote lacks, on top of what it has; never overwrites. Ends within `deadline`. kStalled
  // history-refused: the remote does not let us; nothing is lost, and a later call may succeed.
  virtual Status Push(Duration deadline) = 0;
};

}  // namespace dagitops
