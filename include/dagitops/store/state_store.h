#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dagitops/base/result.h"
#include "dagitops/model/decision.h"
#include "dagitops/model/status.h"

namespace dagitops {

// State and status of environments. Writes are atomic: a reader sees the old or the new whole. A state of a newer
// schema version than we know is refused (kStalled) and left as it is.
class StateStore {
 public:
  virtual ~StateStore() = default;
  virtual Result<std::optional<EnvironmentState>> LoadState(const std::string& environment) = 0;
  virtual Status SaveState(const EnvironmentState& state) = 0;
  virtual Result<std::optional<EnvironmentStatus>> LoadStatus(const std::string& environment) = 0;
  virtual Status SaveStatus(const EnvironmentStatus& status) = 0;
};

// What a command asks of the process that holds the lock.
struct Request {
  enum class Kind { kApprove, kPause, kResume, kApply, kRollback, kRebuild };
  std::string id;  // unique; also the file's name
  Kind kind = Kind::kApply;
  std::string environment;
  // kApprove: names (empty: all that wait); kRollback: one name (none: the whole environment, then with a revision);
  // the others: none, or it is refused
  std::vector<std::string> locations;
  // kApply: commit to pin at (empty: follow the branch again); kRollback: commit of the source or of the history
  // (empty: the version before the one that runs); kRebuild: commit of the history
  std::string revision;
};

struct RequestAnswer {
  std::string id;
  bool accepted = false;
  std::string message;
};

// Requests in, answers out, by files of the state folder (atomic rename).
class RequestInbox {
 public:
  virtual ~RequestInbox() = default;
  // Waiting requests, oldest first, at most 100. Unreadable files are answered with why and removed.
  virtual Result<std::vector<Request>> Take() = 0;
  // Tells the asker, then removes the request: in this order, so that a crash answers twice rather than never.
  virtual Status Answer(const RequestAnswer& answer) = 0;
};

}  // namespace dagitops
